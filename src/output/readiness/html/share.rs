//! Shares as figures and as bars. What was not judged counts as safe, so that a bar is hollow where something was not: it never
//! looks better than it is known to be.

use super::markup::Markup;
use crate::output::audit::figure;
use crate::readiness::Share;

/// The figure, the bar, and the counts that it comes from.
pub(super) fn meter(m: &mut Markup, share: Share, doubtful: bool) {
    m.tag("span.meter", |m| {
        m.say("span.figure", figure(share, doubtful));
        bar(m, share, doubtful);
        m.say("span.counts", format_args!("{}/{}", share.safe, share.all));
    });
}

/// The same where nothing was judged: no figure, whatever the counts say.
pub(super) fn unjudged(m: &mut Markup, share: Share) {
    m.tag("span.meter", |m| {
        m.say("span.figure", "not judged");
        bar(m, share, true);
        m.say("span.counts", share.all);
    });
}

/// How wide the safe part is, of a hundred; with one decimal, since a page may be wide.
fn width(share: Share) -> String {
    let tenths = (share.safe * 1000).checked_div(share.all).unwrap_or(0);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

fn bar(m: &mut Markup, share: Share, doubtful: bool) {
    let class = if doubtful { "bar-safe bar-doubtful" } else { "bar-safe" };
    m.with(
        "svg.bar",
        &[("viewBox", &"0 0 100 10"), ("preserveAspectRatio", &"none"), ("aria-hidden", &"true")],
        |m| {
            m.with("rect.bar-all", &[("width", &100), ("height", &10)], |_| {});
            m.with("rect", &[("class", &class), ("width", &width(share)), ("height", &10)], |_| {});
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(safe: usize, all: usize) -> Share {
        Share { safe, all }
    }

    #[test]
    fn a_share_is_never_rounded_up() {
        let shown = |safe, all| (figure(share(safe, all), false), width(share(safe, all)));
        assert_eq!(shown(0, 3), ("0 %".into(), "0".into()));
        assert_eq!(shown(2, 3), ("66.6 %".into(), "66.6".into()));
        assert_eq!(shown(9_999, 10_000), ("99.9 %".into(), "99.9".into()));
        assert_eq!(shown(7, 7), ("100 %".into(), "100".into()));
    }

    #[test]
    fn nothing_to_judge_fills_no_bar() {
        assert_eq!((figure(share(0, 0), false), width(share(0, 0))), ("none".into(), "0".into()));
        assert_eq!(figure(share(0, 0), true), "none");
    }

    #[test]
    fn what_was_not_looked_at_shows() {
        assert_eq!(figure(share(7, 7), true), "≤ 100 %");
        let mut m = Markup::default();
        meter(&mut m, share(3, 4), true);
        let text = m.finish();
        assert!(
            text.contains("bar-doubtful") && text.contains("width=\"75\"") && text.contains("3/4"),
            "{text}"
        );
    }
}
