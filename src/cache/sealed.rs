//! Files that are whole, undamaged and made by this very version of the tool, or count as not there.

use bitcode::{DecodeOwned, Encode};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io, process};
use xxhash_rust::xxh3::xxh3_128;

/// What each file begins with: the tool down to its sources. Then come the checksum of the content and the content.
const HEAD: &str = concat!("modcheck ", env!("CARGO_PKG_VERSION"), " ", env!("MODCHECK_SOURCES"), "\n");
const CHECKSUM: usize = size_of::<u128>();

/// The content of a file.
pub(super) fn read<T: DecodeOwned>(path: &Path) -> Option<T> {
    #[expect(clippy::disallowed_methods, reason = "a file of the tool itself")]
    let bytes = fs::read(path).ok()?;
    let (checksum, content) = bytes.strip_prefix(HEAD.as_bytes())?.split_at_checked(CHECKSUM)?;
    (xxh3_128(content).to_le_bytes() == checksum).then(|| bitcode::decode(content).ok())?
}

/// Puts a file there at once: others see the old one or the new one.
pub(super) fn write<T: Encode>(path: &Path, content: &T) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let content = bitcode::encode(content);
    let mut bytes = Vec::with_capacity(HEAD.len() + CHECKSUM + content.len());
    bytes.extend_from_slice(HEAD.as_bytes());
    bytes.extend_from_slice(&xxh3_128(&content).to_le_bytes());
    bytes.extend_from_slice(&content);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let aside = path.with_extension(format!("{}-{number}.new", process::id()));
    let written = fs::write(&aside, &bytes).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        drop(fs::remove_file(&aside));
    }
    written
}
