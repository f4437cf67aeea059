//! tmp
use crate::foundation::Digest;
/// h
pub fn leaf_hash(b: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], b])
}
