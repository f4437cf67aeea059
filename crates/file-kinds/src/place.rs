//! Whether a picture's EXIF part says where it was taken (the tag that leads to the GPS part, TIFF 6.0 and EXIF 2.3).

const PLACE: u16 = 0x8825;
/// Bytes of one entry of a directory.
const ENTRY: usize = 12;

/// Whether the first directory has the tag.
pub(crate) fn is_named(exif: &[u8]) -> bool {
    named(exif).unwrap_or(false)
}

fn named(exif: &[u8]) -> Option<bool> {
    let is_little = match exif.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |at: usize| -> Option<u16> {
        let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let start = exif.get(4..8)?.try_into().ok()?;
    let start = if is_little { u32::from_le_bytes(start) } else { u32::from_be_bytes(start) };
    let start = usize::try_from(start).ok()?;
    let count = usize::from(number(start)?);
    let first = start.checked_add(2)?;
    Some((0..count).map_while(|entry| number(first.checked_add(entry * ENTRY)?)).any(|tag| tag == PLACE))
}
