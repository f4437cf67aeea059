//! The leaf: what the log says about one event for ever, in the open.
//!
//! Canonical JSON (RFC 8785) of at most 65,535 bytes, with opaque ids, kinds, times and digests only. Names, values and
//! reasons are in the erasable body, which the leaf commits to. No text in a leaf needs a JSON escape, so that a
//! plain shell can read it. A field is never renamed or given another meaning: a new form gets a new `v`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use foundation::{ActorKind, Digest, Error, FieldErrors, Result, Timestamp, jcs};

use super::tree::leaf_hash;

/// The only form of leaf so far.
pub const LEAF_VERSION: u8 = 1;

/// The most bytes a leaf may have: log tiles (C2SP tlog-tiles) prefix each with a 16-bit length.
pub const MAX_LEAF_BYTES: usize = 65_535;

/// The largest integer that every JSON reader keeps exactly.
const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Form of this record: [`LEAF_VERSION`].
    pub v: u8,
    /// Versioned kind of event, e.g. `work_order.item_ticked.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The event's id (`UUIDv7`).
    pub id: String,
    /// The project's opaque key; `0` is the installation itself.
    pub project: String,
    /// The stream: kind, slash, opaque id, e.g. `work_order/0193...`.
    pub subject: String,
    /// Opaque account id, or `system`.
    pub actor: String,
    /// `human`, `agent` or `system`.
    pub actor_kind: ActorKind,
    /// When, by the server's clock: RFC 3339 in UTC with six decimals.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub at: Timestamp,
    /// `SHA-256(salt || SHA-256(body))` in hex.
    pub body: Digest,
    /// Opaque ids or digests that the event names in the open, in the order given.
    pub refs: Vec<String>,
    /// The subject's version before this event; absent on its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<i64>,
}

impl Leaf {
    /// The canonical bytes, which are hashed, stored and exported as they are.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.check()?;
        let bytes = jcs::to_bytes(self)?;
        if bytes.len() > MAX_LEAF_BYTES {
            let found = bytes.len();
            return Err(Error::invalid(
                "refs",
                format!(
                    "the ledger leaf would have {found} bytes, {MAX_LEAF_BYTES} are allowed; name one digest over the list instead"
                ),
            ));
        }
        Ok(bytes)
    }

    /// `SHA-256(0x00 || bytes)`: the leaf's hash in the tree.
    pub fn hash(&self) -> Result<Digest> {
        Ok(leaf_hash(&self.to_bytes()?))
    }

    /// Reads a leaf back; anything but the exact canonical bytes of a leaf is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let leaf: Self = serde_json::from_slice(bytes)
            .map_err(|e| Error::invalid("leaf", format!("not a ledger leaf: {e}")))?;
        if leaf.to_bytes()? == bytes {
            Ok(leaf)
        } else {
            Err(Error::invalid("leaf", "not in canonical form (RFC 8785); compare the bytes as exported"))
        }
    }

    fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        if self.v != LEAF_VERSION {
            errors.add(
                "v",
                format!("leaf form {} is unknown here; this version writes {LEAF_VERSION}", self.v),
            );
        }
        let ids = [("type", &self.kind), ("id", &self.id), ("project", &self.project)];
        let who = [("subject", &self.subject), ("actor", &self.actor)];
        for (field, text) in ids.into_iter().chain(who) {
            check_opaque(&mut errors, field, text);
        }
        for (place, text) in self.refs.iter().enumerate() {
            check_opaque(&mut errors, &format!("refs[{place}]"), text);
        }
        if read_exact(&self.at.to_rfc3339()) != Some(self.at) {
            errors.add("at", "the time is outside the years 0 to 9999");
        }
        if self.prev.is_some_and(|version| !(1..=MAX_SAFE_INTEGER).contains(&version)) {
            errors.add("prev", "a version is an integer from 1 to 2^53 - 1");
        }
        errors.into_result()
    }
}

/// Refuses what is not a plain token, which keeps prose, most names and every JSON escape out of the log.
fn check_opaque(errors: &mut FieldErrors, field: &str, text: &str) {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if text.is_empty() || !text.bytes().all(plain) {
        errors.add(
            field,
            "a ledger leaf names opaque ids of visible ASCII without quotes; use an id or a digest",
        );
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives fields by reference")]
fn write_time<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339())
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    read_exact(&text).ok_or_else(|| serde::de::Error::custom("expected 2026-11-21T09:30:00.123456Z"))
}

/// Reads a time only in the one spelling we write.
fn read_exact(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text).filter(|at| text.len() == 27 && at.to_rfc3339() == text)
}
