//! Rows of people, in and out.
//!
//! What is projected from events is only read here; hashes, sessions, locks and links are written here.

mod accounts;
mod guards;
mod keys;
mod late_forms;
mod links;
mod passwords;
mod profiles;
mod reach;
mod resets;
mod server_key;
mod sessions;
mod signing;
mod ties;

pub use accounts::{AccountRow, ProjectRow};
pub use keys::KeyRow;
pub use profiles::ProfileRow;
pub use resets::ResetRow;
pub use sessions::SessionRow;
pub use signing::LockRow;

pub(super) use accounts::{
    account, account_by_email, admins_other_than, codes, first_project, has_human, memberships_of,
    next_project_key, project, project_by_id, roles,
};
pub(super) use guards::{
    EVERYWHERE, SIGNING, count_unknown, failures, forgive, forgive_all, forgive_place, is_known_device,
    put_failures, remember_device, unknown_since,
};
pub(super) use keys::{insert_secret, key, key_by_public, note_use};
pub(super) use late_forms::{account_of_token, forget_late, late_of, put_late};
pub(super) use links::{LinkFor, NewLink, insert_link, link_maker, use_link, valid_link};
pub(super) use passwords::{former_password, keep_former, password, set_password};
pub(super) use profiles::{profile, put_email, put_profile};
pub(super) use reach::{ever_members, projects_that_knew};
pub(super) use resets::{confirm_resets, insert_reset, resets_of, unconfirmed_accounts, unconfirmed_reset};
pub(super) use server_key::{keys_in_force, needs_server_key, put_server_key_mark, server_key_mark};
pub(super) use sessions::{insert_session, revoke_sessions, session, session_by_token, touch_session};
pub(super) use signing::{
    forget_signing, full_signing, lock_of, lock_signing, locks_of, note_full_signing, unlock_signing,
};
pub(super) use ties::{Tie, tie, ties};

use crate::db::{Tx, locks};
use crate::foundation::Result;

/// Makes writers about people take turns until COMMIT, so that codes, locks and "the last admin" are counted right.
///
/// Without this, two PostgreSQL transactions could each see the other's row too late.
pub(super) fn take_turn(tx: &mut Tx<'_>) -> Result<()> {
    locks::take_turn(tx, locks::PEOPLE)
}
