//! What holds of every page: its policy names what it holds and nothing else, and nothing in it leads outside.

use super::*;
use expect_test::expect_file;
use sha2::{Digest, Sha256};

/// The hash by which a policy names what stands between the tags of a script or a style. A browser reads every end of a line
/// as `\n`.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    format!("'sha256-{}'", base64(&digest))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |chunk: &[u8]| {
        let bits = (0..3).fold(0_u32, |bits, index| bits << 8 | u32::from(*chunk.get(index).unwrap_or(&0)));
        let digit = |index: usize| match index <= chunk.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * index) & 63) as usize]),
            false => '=',
        };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

#[test]
fn digits_are_those_of_rfc_4648() {
    let all = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
    all.iter().for_each(|(text, digits)| assert_eq!(base64(text.as_bytes()), *digits));
}

#[test]
fn the_policy_names_what_the_page_holds() {
    let styles = [STYLE, style::LIGHT, style::DARK].map(hash).join(" ");
    let policy = format!(
        "default-src 'none'; style-src {styles}; script-src {}; base-uri 'none'; form-action 'none'\n",
        hash(SCRIPT)
    );
    expect_file!["policy.txt"].assert_eq(&policy);
}

#[test]
fn the_script_and_the_styles_end_where_they_end() {
    for text in [SCRIPT, STYLE, style::LIGHT, style::DARK] {
        assert!(!text.contains("</") && !text.contains("<!--"));
        assert!(!text.contains("http") && !text.contains("url(") && !text.contains("@import"));
    }
    for way in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("]
    {
        assert!(!SCRIPT.contains(way), "{way}");
    }
}

#[test]
fn nothing_at_all_is_a_page_as_well() {
    let mut out = Vec::new();
    write(&Audited::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">") && text.ends_with("</html>\n"));
    assert!(text.contains("There is no domain module to look at."));
    assert!(text.contains("There is nothing to draw."));
    assert!(text.contains("No run is on record."));
}

/// The picture has its own classes, which the page must not style by accident.
#[test]
fn the_page_has_no_class_of_the_picture() {
    let classes = |text: &str| -> std::collections::BTreeSet<String> {
        let parts = text.split('.').skip(1);
        let name = |part: &str| -> String {
            part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
        };
        parts.map(name).filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).collect()
    };
    let picture = classes(&format!("{}{}", style::LIGHT, style::DARK));
    assert!(picture.contains("node") && picture.contains("t7"));
    let both: Vec<String> = classes(STYLE).intersection(&picture).cloned().collect();
    assert!(both.is_empty(), "{both:?}");
}
