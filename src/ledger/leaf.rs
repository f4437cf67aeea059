//! tmp
use crate::foundation::{Result, jcs};
use serde::Serialize;
/// Leaf.
#[derive(Serialize)]
pub struct Leaf {
    pub v: u8,
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
    pub project: String,
    pub subject: String,
    pub actor: String,
    pub actor_kind: String,
    pub at: String,
    pub body: String,
    pub refs: Vec<String>,
    pub prev: i64,
}
impl Leaf {
    /// b
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        jcs::to_bytes(self)
    }
}
