//! Request bodies as sent, unpacked within a limit.
//!
//! The limit is checked while unpacking, so a small body that swells to gigabytes costs no more than the limit.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::foundation::{Error, Result};

/// The largest body taken, unpacked: 32 MiB.
pub const MAX_UNPACKED: usize = 32 * 1024 * 1024;

/// Unpacks a body by its `Content-Encoding` (absent, `identity` or `gzip`), up to `limit` bytes.
pub fn unpack<'a>(body: &'a [u8], encoding: Option<&str>, limit: usize) -> Result<Cow<'a, [u8]>> {
    match encoding.map(str::trim).unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "identity" if body.len() > limit => Err(too_large(limit)),
        "" | "identity" => Ok(Cow::Borrowed(body)),
        "gzip" | "x-gzip" => gunzip(body, limit).map(Cow::Owned),
        other => Err(Error::invalid(
            "Content-Encoding",
            format!("{other} is not taken: send the body plain or with gzip"),
        )),
    }
}

fn gunzip(body: &[u8], limit: usize) -> Result<Vec<u8>> {
    // One byte beyond the limit tells "exactly full" from "too large".
    let beyond = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::with_capacity(body.len().saturating_mul(4).min(limit));
    MultiGzDecoder::new(body)
        .take(beyond)
        .read_to_end(&mut unpacked)
        .map_err(|cause| Error::invalid("", format!("the body is not valid gzip: {cause}")))?;
    if unpacked.len() > limit { Err(too_large(limit)) } else { Ok(unpacked) }
}

fn too_large(limit: usize) -> Error {
    Error::TooLarge(format!("the body is larger than {limit} bytes unpacked: send smaller batches").into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_gzip_bodies_come_back_whole() {
        assert_eq!(&*unpack(b"abc", None, 3).unwrap(), b"abc");
        assert_eq!(&*unpack(&gzip(b"abc"), Some("GZIP"), 3).unwrap(), b"abc");
        let two: Vec<u8> = [gzip(b"ab"), gzip(b"c")].concat();
        assert_eq!(&*unpack(&two, Some("gzip"), 3).unwrap(), b"abc");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 4 << 20]);
        assert!(bomb.len() < 64 << 10);
        assert!(matches!(unpack(&bomb, Some("gzip"), 1 << 20), Err(Error::TooLarge(_))));
        assert!(matches!(unpack(b"abcd", None, 3), Err(Error::TooLarge(_))));
    }

    #[test]
    fn damaged_gzip_and_unknown_encodings_are_refused_with_a_reason() {
        let mut cut = gzip(b"some text that is long enough");
        cut.truncate(cut.len() - 6);
        assert!(matches!(unpack(&cut, Some("gzip"), 1 << 20), Err(Error::Invalid(_))));
        assert!(matches!(unpack(b"plain", Some("gzip"), 1 << 20), Err(Error::Invalid(_))));
        assert!(unpack(b"x", Some("br"), 10).unwrap_err().to_string().contains("br is not taken"));
    }
}
