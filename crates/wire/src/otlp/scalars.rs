//! Ids, numbers, times and names as JSON exporters write them.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde::Deserialize;

use trace_model::decimal;
use trace_model::times::read_time;

/// The names of an enumeration's values, in the order of their numbers, after what all begin with.
pub(super) type Names = (&'static str, &'static [&'static str]);

pub(super) const KINDS: Names =
    ("SPAN_KIND_", &["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]);
pub(super) const CODES: Names = ("STATUS_CODE_", &["UNSET", "OK", "ERROR"]);

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// An id of so many bytes: hex digits as the protocol has it, with dashes as a UUID or behind `0x`, base64 as protobuf's own
/// JSON, or a list of bytes. One of another length is given as it is, for whoever checks it.
pub(super) fn id(text: &str, length: usize) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let text = text.strip_prefix("0x").unwrap_or(text);
    let fits = |bytes: &Vec<u8>| bytes.len() == length;
    let hex = hex::decode(text).ok();
    let undashed = || hex::decode(text.replace('-', "")).ok().filter(fits);
    hex.clone().filter(fits).or_else(undashed).or_else(|| base64(text).filter(fits)).or(hex)
}

/// Base64 of either alphabet, padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    PLAIN.decode(text).or_else(|_| SAFE.decode(text)).ok()
}

/// The number of an enumeration's value, by number or by name, in any case and without what all names begin with.
pub(super) fn enumeration(text: &str, (prefix, names): Names) -> Option<i32> {
    let plain = text.trim().to_ascii_uppercase();
    let short = plain.strip_prefix(prefix).unwrap_or(&plain);
    let place = names.iter().position(|name| *name == short).and_then(|place| i32::try_from(place).ok());
    place.or_else(|| i32::try_from(decimal::whole(text)?).ok())
}

/// How older JavaScript exporters write 64 bits; some write halves with a sign.
#[derive(Deserialize)]
struct Halves {
    high: i64,
    low: i64,
}

impl Halves {
    fn whole(&self) -> Option<u64> {
        let half = |half: i64| u64::try_from(half & 0xffff_ffff).ok();
        Some(half(self.high)? << 32 | half(self.low)?)
    }
}

/// UTC nanoseconds: a number of them, a date and time, or seconds and nanoseconds as JavaScript keeps them.
pub(super) fn nanos(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.starts_with('[') {
        let (seconds, nanos): (u64, u64) = serde_json::from_str(text).ok()?;
        return seconds.checked_mul(1_000_000_000)?.checked_add(nanos);
    }
    let halves = || serde_json::from_str::<Halves>(text).ok()?.whole();
    let number = text.parse().ok().or_else(|| u64::try_from(decimal::whole(text)?).ok());
    number.or_else(halves).or_else(|| u64::try_from(read_time(text)?).ok())
}

/// A whole number of 64 bits.
pub(super) fn integer(text: &str) -> Option<i64> {
    decimal::whole(text)
}

/// A number, `NaN` and both infinities included.
pub(super) fn double(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_from_every_way_of_writing_it() {
        let wanted = hex::decode("5b8efff798038103d269b633813fc60c").unwrap();
        for text in [
            "5b8efff798038103d269b633813fc60c",
            "5B8EFFF798038103D269B633813FC60C",
            "5b8efff7-9803-8103-d269-b633813fc60c",
            "W47/95gDgQPSabYzgT/GDA==",
            "W47/95gDgQPSabYzgT/GDA",
            "W47_95gDgQPSabYzgT_GDA==",
            "W47_95gDgQPSabYzgT_GDA",
            "0x5b8efff798038103d269b633813fc60c",
            "[91,142,255,247,152,3,129,3,210,105,182,51,129,63,198,12]",
        ] {
            assert_eq!(id(text, 16).as_ref(), Some(&wanted), "{text}");
        }
        // Base64 whose letters are all hex digits is told by its length.
        assert_eq!(id("abcdefabcdA", 8).map(|id| id.len()), Some(8));
        assert_eq!(id("abcdef", 8).map(|id| id.len()), Some(3));
        assert_eq!((id("xyz!", 8), id("", 8)), (None, Some(Vec::new())));
    }

    #[test]
    fn names_numbers_and_times_come_in_every_form() {
        for text in ["3", "3.0", "SPAN_KIND_CLIENT", "client", "Client"] {
            assert_eq!(enumeration(text, KINDS), Some(3), "{text}");
        }
        assert_eq!((enumeration("Error", CODES), enumeration("NAP", KINDS)), (Some(2), None));
        for text in [
            "1769948160000000000",
            "1.76994816e18",
            "2026-02-01T12:16:00Z",
            "2026-02-01 12:16+00",
            "[1769948160,0]",
            r#"{"high":412098169,"low":1403518976}"#,
        ] {
            assert_eq!(nanos(text), Some(1_769_948_160_000_000_000), "{text}");
        }
        let signed = r#"{"low":-1891448320,"high":412098169,"unsigned":false}"#;
        assert_eq!(nanos(signed), Some(1_769_948_161_000_000_000));
        assert_eq!((nanos("5"), nanos("-5"), nanos("noon")), (Some(5), None, None));
        assert!(double("NaN").unwrap().is_nan() && double("-Infinity").unwrap().is_infinite());
    }
}
