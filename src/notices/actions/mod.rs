//! What people do about their notices, and admins about webhooks.

mod add_hook;
mod change_hook;
mod choose;
mod mark_all_read;
mod mark_read;
mod mute_order;
mod quiet;
mod remove_hook;
mod rotate_secret;
mod start_hook;
mod stop_mail;
mod test_hook;

pub use add_hook::{NewHook, add_hook};
pub use change_hook::change_hook;
pub use choose::{Choice, choose};
pub use mark_all_read::mark_all_read;
pub use mark_read::mark_read;
pub use mute_order::{mute_order, unmute_order};
pub use quiet::quiet;
pub use remove_hook::remove_hook;
pub use rotate_secret::rotate_secret;
pub use start_hook::start_hook;
pub use stop_mail::stop_mail;
pub use test_hook::test_hook;
