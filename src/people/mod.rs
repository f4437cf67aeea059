//! People: accounts (human and agent), roles, sessions, API keys.
//!
//! Who exists and who holds which role is an event like any other business fact. Hashes, cookies and locks are
//! primary rows that no event carries. Admins manage people and see records, but have no say over them; agents
//! never sign, approve, judge or close.

pub mod actions;
pub mod events;
mod key_cache;
pub mod model;
pub mod password;
mod projection;
pub mod reads;
pub mod secrets;
mod service;
mod store;
mod throttle;

pub use actions::check_key::{Credentials, KeyGrant};
pub use model::{AccountId, AccountKind, Action, Asker, Grant, SignedIn, may};
pub use projection::PROJECTION;
pub use service::{People, Visitor};
pub use store::{AccountRow, KeyRow, ProjectRow, SessionRow};
