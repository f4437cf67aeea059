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

/// An id of so many bytes: hex digits as the protocol has it, with dashes as a UUID, or base64 as protobuf's own JSON. One of
/// another length is given as it is, for whoever checks it.
pub(super) fn id(text: &str, length: usize) -> Option<Vec<u8>> {
    let text = text.trim();
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

/// How older JavaScript exporters write 64 bits.
#[derive(Deserialize)]
struct Halves {
    high: u32,
    low: u32,
}

/// UTC nanoseconds: a number of them, or a date and time.
pub(super) fn nanos(text: &str) -> Option<u64> {
    let text = text.trim();
    let halves = || {
        let halves = serde_json::from_str::<Halves>(text).ok()?;
        Some(u64::from(halves.high) << 32 | u64::from(halves.low))
    };
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
        for text in ["1769948160000000000", "1.76994816e18", "2026-02-01T12:16:00Z", "2026-02-01 12:16+00"] {
            assert_eq!(nanos(text), Some(1_769_948_160_000_000_000), "{text}");
        }
        assert_eq!((nanos("5"), nanos("-5"), nanos("noon")), (Some(5), None, None));
        assert!(double("NaN").unwrap().is_nan() && double("-Infinity").unwrap().is_infinite());
    }
}
