//! What services know a finding by from one run to the next: a hash of what it is about, never of where it stands.

use crate::rules::Finding;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

/// A fingerprint for each of some findings. No two are the same: where findings share an identity, their order tells them
/// apart.
pub fn fingerprints(findings: &[Finding]) -> impl Iterator<Item = (&Finding, String)> {
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    findings.iter().map(move |finding| {
        let count = seen.entry(&finding.identity).or_default();
        *count += 1;
        let hash = match count {
            1 => xxh3_128(finding.identity.as_bytes()),
            // No identity holds a NUL.
            _ => xxh3_128(format!("{}\0{count}", finding.identity).as_bytes()),
        };
        (finding, format!("{hash:032x}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use std::collections::BTreeSet;

    #[test]
    fn a_fingerprint_is_that_of_the_identity_and_is_given_once() {
        let mut findings = sample().findings;
        let of = |findings: &[Finding]| fingerprints(findings).map(|(_, hash)| hash).collect::<Vec<_>>();
        let before = of(&findings);
        assert_eq!(findings[1].identity, findings[2].identity);
        assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), findings.len());
        // It is written down in the files of others, so that it must not change from one version to the next.
        assert_eq!(before[0], "3e895d0cff9afc8bf1377e8a06dc1a8f");
        for finding in &mut findings {
            finding.sites[0].line += 7;
            finding.message.push_str(" now");
        }
        assert_eq!(of(&findings), before);
        findings[0].identity.push('s');
        assert_ne!(of(&findings)[0], before[0]);
    }
}
