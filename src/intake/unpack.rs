//! Request bodies as sent, unpacked within a limit.
//!
//! The limit is checked while unpacking, so a small body that swells to gigabytes costs no more than the limit.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::foundation::{Error, Result};

/// The largest body taken, unpacked: 32 MiB.
pub const MAX_UNPACKED: usize = 32 * 1024 * 1024;

/// The most memory that unpacking zstd looks back on, as a power of two: 32 MiB.
const MAX_WINDOW: u32 = 25;

/// Codings of one body, one around the other. Nobody packs more than twice.
const MOST_CODINGS: usize = 3;

/// Unpacks a body by its `Content-Encoding` (`gzip`, `deflate` or `zlib` with or without the zlib frame, `zstd`, `identity`,
/// several of them with commas between, or none), up to `limit` bytes.
pub fn unpack<'a>(body: &'a [u8], encoding: Option<&str>, limit: usize) -> Result<Cow<'a, [u8]>> {
    let codings: Vec<String> = encoding
        .unwrap_or_default()
        .split(',')
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if codings.len() > MOST_CODINGS {
        return Err(Error::invalid("Content-Encoding", "names too many codings: pack the body once"));
    }
    let mut unpacked = Cow::Borrowed(body);
    // The last one named was applied last.
    for coding in codings.iter().rev() {
        unpacked = Cow::Owned(decode(&unpacked, coding, limit)?);
    }
    if unpacked.len() > limit { Err(too_large(limit)) } else { Ok(unpacked) }
}

fn decode(body: &[u8], coding: &str, limit: usize) -> Result<Vec<u8>> {
    match coding {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body), body.len(), "gzip", limit),
        "deflate" | "zlib" => inflate(body, limit),
        "zstd" => {
            let bad = |cause| not_valid("zstd", &cause);
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(bad)?;
            decoder.window_log_max(MAX_WINDOW).map_err(bad)?;
            read(decoder, body.len(), "zstd", limit)
        }
        other => Err(Error::invalid(
            "Content-Encoding",
            format!("{other} is not taken: send the body plain or with gzip, deflate or zstd"),
        )),
    }
}

/// RFC 9110 means zlib's frame by `deflate`; some clients leave it away.
fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>> {
    match read(ZlibDecoder::new(body), body.len(), "deflate", limit) {
        Err(Error::Invalid(_)) => read(DeflateDecoder::new(body), body.len(), "deflate", limit),
        other => other,
    }
}

fn read(decoder: impl Read, packed: usize, coding: &str, limit: usize) -> Result<Vec<u8>> {
    // One byte beyond the limit tells "exactly full" from "too large".
    let beyond = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::with_capacity(packed.saturating_mul(4).min(limit));
    decoder.take(beyond).read_to_end(&mut unpacked).map_err(|cause| not_valid(coding, &cause))?;
    if unpacked.len() > limit { Err(too_large(limit)) } else { Ok(unpacked) }
}

fn not_valid(coding: &str, cause: &std::io::Error) -> Error {
    Error::invalid("", format!("the body is not valid {coding}: {cause}"))
}

fn too_large(limit: usize) -> Error {
    Error::TooLarge(format!("the body is larger than {limit} bytes unpacked: send smaller batches").into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstandard(bytes: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(bytes, 3).unwrap()
    }

    #[test]
    fn bodies_come_back_whole_from_every_coding() {
        for (body, coding) in [
            (b"abc".to_vec(), None),
            (b"abc".to_vec(), Some("")),
            (b"abc".to_vec(), Some("Identity")),
            (gzip(b"abc"), Some("GZIP")),
            (gzip(b"abc"), Some("x-gzip")),
            ([gzip(b"ab"), gzip(b"c")].concat(), Some("gzip")),
            (zlib(b"abc"), Some("Deflate")),
            // As the collector's exporter names it.
            (zlib(b"abc"), Some("zlib")),
            (raw_deflate(b"abc"), Some("deflate")),
            (zstandard(b"abc"), Some("zstd")),
            ([zstandard(b"ab"), zstandard(b"c")].concat(), Some("ZSTD")),
            (gzip(&zlib(b"abc")), Some("deflate, gzip")),
            (gzip(b"abc"), Some("identity,gzip,")),
        ] {
            assert_eq!(
                &*unpack(&body, coding, 64).unwrap_or_else(|e| panic!("{coding:?}: {e}")),
                b"abc",
                "{coding:?}"
            );
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0; 4 << 20];
        for (bomb, coding) in [
            (gzip(&zeros), "gzip"),
            (zlib(&zeros), "deflate"),
            (raw_deflate(&zeros), "deflate"),
            (zstandard(&zeros), "zstd"),
            (gzip(&gzip(&zeros)), "gzip, gzip"),
        ] {
            assert!(bomb.len() < 64 << 10);
            assert!(matches!(unpack(&bomb, Some(coding), 1 << 20), Err(Error::TooLarge(_))), "{coding}");
        }
        assert!(matches!(unpack(b"abcd", None, 3), Err(Error::TooLarge(_))));
    }

    #[test]
    fn damaged_bodies_and_unknown_codings_are_refused_with_a_reason() {
        let text = b"some text that is long enough";
        for (whole, coding) in [(gzip(text), "gzip"), (zlib(text), "deflate"), (zstandard(text), "zstd")] {
            let cut = &whole[..whole.len() - 6];
            assert!(matches!(unpack(cut, Some(coding), 1 << 20), Err(Error::Invalid(_))), "{coding}");
            assert!(
                matches!(unpack(b"\xff\xffplain", Some(coding), 1 << 20), Err(Error::Invalid(_))),
                "{coding}"
            );
        }
        assert!(unpack(b"x", Some("br"), 10).unwrap_err().to_string().contains("br is not taken"));
        assert!(unpack(b"x", Some("gzip,gzip,gzip,gzip"), 10).is_err());
    }
}
