//! Units: accounts that count as one where duties must be separate.
//!
//! Accounts of one person are one, and so are an agent and whoever made it, owns it or made a key that speaks for it.
//! Ties join: two agents with one maker are one unit too. A key that was revoked still spoke for its agent, so its
//! tie stays.

use crate::db::AnyConnection;
use crate::foundation::Result;
pub use crate::foundation::Unit;

use super::store;

/// Every tie, read once for the units of many.
pub struct Ties(Vec<(String, String)>);

impl Ties {
    /// The unit of an account.
    pub fn unit_of(&self, account: &str) -> Unit {
        Unit::of(account, self.0.iter().map(|(one, other)| (one.as_str(), other.as_str())))
    }
}

/// Every tie as it stands now.
pub fn ties(conn: &mut AnyConnection) -> Result<Ties> {
    Ok(Ties(store::ties(conn)?))
}

/// The unit of an account as it stands now.
pub fn unit_of(conn: &mut AnyConnection, account: &str) -> Result<Unit> {
    Ok(ties(conn)?.unit_of(account))
}
