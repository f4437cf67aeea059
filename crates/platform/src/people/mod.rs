//! People: accounts (human and agent), roles, sessions, API keys.
//!
//! Who exists and who holds which role is an event like any other business fact. Hashes, cookies and locks are
//! primary rows that no event carries. Admins manage people and see records, but have no say over them; agents
//! never sign, approve, judge or close.

pub mod actions;
pub mod auth;
mod backoff;
pub mod events;
mod forms;
mod key_cache;
pub mod middleware;
pub mod model;
pub mod operator;
mod pages;
pub mod password;
mod projection;
pub mod reach;
pub mod reads;
mod routes;
pub mod secrets;
pub mod server_key;
mod service;
mod shown_once;
mod store;
mod turns;
pub mod units;

pub use actions::check_key::{Credentials, KeyGrant};
pub use middleware::identify;
pub use model::{AccountId, AccountKind};
pub use projection::PROJECTION;
pub use routes::routes;
pub use service::{People, Visitor};
pub use store::{AccountRow, KeyRow, LockRow, ProfileRow, ProjectRow, ResetRow, SessionRow};
