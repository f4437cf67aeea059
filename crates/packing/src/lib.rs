//! Packs: the new pieces of one trace in one commit, compressed together; and references into them.
//!
//! A piece is an image, a record or a body, or what a body is cut into. Equal bytes inside one sharing scope (a session,
//! else a trace) are stored once: a pack's directory names its pieces, and later packs of the scope refer to them. Big
//! pieces lie in object storage under their digest instead. A reference says where, how long, and for a body its digest.

mod builder;
mod cut;
mod directory;
mod list;
mod reader;
mod refs;
mod wire;

use foundation::Timestamp;
use foundation::ids::random_bytes;

use trace_model::{BodyRef, BodyRole};

pub use builder::{Blobs, Pack, PackBuilder, big_pieces};
pub use directory::Shared;
pub use reader::{Chunk, Content, Load, Needs, Packs};
pub use refs::{Header, Refs};

/// Names a pack: eight bytes of time, eight of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackId(pub [u8; 16]);

impl PackId {
    /// A new name.
    pub fn new(at: Timestamp) -> Self {
        let mut id = random_bytes::<16>();
        for (to, from) in id.iter_mut().zip(at.0.to_be_bytes()) {
            *to = from;
        }
        Self(id)
    }

    /// A stored name.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The state as JSON.
    Image,
    /// An arrival without its bodies.
    Record,
    Body(BodyRole),
}

impl Role {
    fn code(self) -> u8 {
        match self {
            Self::Image => 10,
            Self::Record => 11,
            Self::Body(role) => role.code(),
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            10 => Some(Self::Image),
            11 => Some(Self::Record),
            other => BodyRole::from_code(other).map(Self::Body),
        }
    }
}

/// Where bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a pack, from this byte of its unpacked content.
    Pack(PackId, u64),
    /// In parts: in a pack, from this byte on, stands the list of them.
    List(PackId, u64),
    /// In object storage, whole, under the body's digest.
    Blob,
}

/// One piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub role: Role,
    pub place: Place,
    /// Length in bytes.
    pub len: u64,
    /// The body's name and how to read it; none for images and records.
    pub body: Option<BodyRef>,
}

#[cfg(test)]
mod tests;
