//! How events become the tables `projects`, `accounts`, `account_ties`, `password_resets`, `memberships`, `api_keys`,
//! `signing_locks`, `account_profiles`.
//!
//! Hashes, sessions and locks are primary and not touched here. An erased body leaves a row without a name, so that
//! what the account did still points somewhere.

use diesel::prelude::*;

use crate::db::schema::{accounts, api_keys, memberships, projects};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ActorKind, Result};
use crate::ledger::{Event, Projection};

use super::events::{
    AccountCreated, ApiKeyCreated, EmailChanged, PasswordSet, ProfileSet, ProjectCreated, ResetConfirmed,
    RoleChange, SamePerson, SigningLocked, data_of, project_of_stream,
};
use super::model::AccountKind;
use super::store::{
    Tie, confirm_resets, insert_reset, lock_signing, put_email, put_profile, tie, unlock_signing,
};

/// The projection, to be wired in `app.rs` before those of features that refer to accounts.
pub const PROJECTION: Projection = Projection {
    name: "people",
    project,
    tables: &[
        "projects",
        "accounts",
        "account_ties",
        "password_resets",
        "memberships",
        "api_keys",
        "signing_locks",
        "account_profiles",
    ],
};

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        "project.created.v1" => project_created(tx.conn, event),
        "account.created.v1" => account_created(tx.conn, event),
        "account.same_person.v1" => same_person(tx.conn, event),
        "account.password_set.v1" => password_set(tx.conn, event),
        "account.reset_confirmed.v1" => reset_confirmed(tx.conn, event),
        "account.disabled.v1" => account_disabled(tx.conn, event, Some(event.at.0)),
        "account.enabled.v1" => account_disabled(tx.conn, event, None),
        "role.granted.v1" => role_granted(tx.conn, event),
        "role.revoked.v1" => role_revoked(tx.conn, event),
        "api_key.created.v1" => api_key_created(tx.conn, event),
        "api_key.revoked.v1" => api_key_revoked(tx.conn, event),
        "signing.locked.v1" => data_of::<SigningLocked>(event)
            .map_or(Ok(()), |locked| lock_signing(tx.conn, &event.stream_id, locked.failures, event.at)),
        "signing.unlocked.v1" => unlock_signing(tx.conn, &event.stream_id),
        "account.profile_set.v1" => data_of::<ProfileSet>(event)
            .map_or(Ok(()), |profile| put_profile(tx.conn, &event.stream_id, &profile)),
        "account.email_changed.v1" => data_of::<EmailChanged>(event)
            .map_or(Ok(()), |changed| put_email(tx.conn, &event.stream_id, &changed.email)),
        _ => Ok(()),
    }
}

fn project_created(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let key = project_of_stream(&event.stream_id)?;
    let (id, name) = match data_of::<ProjectCreated>(event) {
        Some(data) => (data.id, data.name),
        None => (format!("erased-{}", key.0), "(erased)".to_owned()),
    };
    diesel::insert_into(projects::table)
        .values((
            projects::key.eq(key.0),
            projects::id.eq(id),
            projects::name.eq(name),
            projects::created_at.eq(event.at.0),
        ))
        .execute(conn)?;
    Ok(())
}

fn account_created(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let data = data_of::<AccountCreated>(event);
    let (code, kind, name, email) = match &data {
        Some(data) => (data.code.as_str(), data.kind.as_str(), data.name.as_str(), data.email.as_deref()),
        None => (event.stream_id.as_str(), "agent", "(erased)", None),
    };
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(&event.stream_id),
            accounts::code.eq(code),
            accounts::kind.eq(kind),
            accounts::name.eq(name),
            accounts::email.eq(email),
            accounts::created_at.eq(event.at.0),
        ))
        .execute(conn)?;
    let is_agent = data.is_none_or(|data| data.kind == AccountKind::Agent);
    if is_agent && event.actor_kind != ActorKind::System {
        tie(conn, &event.stream_id, &event.actor, Tie::Made)?;
    }
    Ok(())
}

fn same_person(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let Some(SamePerson { other }) = data_of(event) else { return Ok(()) };
    tie(conn, &event.stream_id, &other.0, Tie::SamePerson)
}

/// Only one that somebody else's link set in place of another is a reset.
fn password_set(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    match data_of::<PasswordSet>(event).and_then(|set| set.by_link_of) {
        Some(maker) => insert_reset(conn, event, &maker),
        None => Ok(()),
    }
}

fn reset_confirmed(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    data_of::<ResetConfirmed>(event).map_or(Ok(()), |confirmed| confirm_resets(conn, event, confirmed))
}

fn account_disabled(conn: &mut AnyConnection, event: &Event, since: Option<i64>) -> Result<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(&event.stream_id)))
        .set(accounts::disabled_at.eq(since))
        .execute(conn)?;
    Ok(())
}

fn role_granted(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let Some(RoleChange { role }) = data_of(event) else { return Ok(()) };
    let row = (
        memberships::project.eq(event.project),
        memberships::account_id.eq(&event.stream_id),
        memberships::role.eq(role.as_str()),
        memberships::granted_at.eq(event.at),
        memberships::granted_by.eq(&event.actor),
    );
    each!(conn, |c| diesel::insert_into(memberships::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c)?);
    Ok(())
}

fn role_revoked(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let Some(RoleChange { role }) = data_of(event) else { return Ok(()) };
    diesel::delete(memberships::table)
        .filter(memberships::project.eq(event.project))
        .filter(memberships::account_id.eq(&event.stream_id))
        .filter(memberships::role.eq(role.as_str()))
        .execute(conn)?;
    Ok(())
}

fn api_key_created(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    let data = data_of::<ApiKeyCreated>(event);
    let Some(data) = data else { return Ok(()) };
    if let Some(agent) = data.account.as_ref().filter(|_| event.actor_kind != ActorKind::System) {
        tie(conn, &agent.0, &event.actor, Tie::Key)?;
    }
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::project.eq(event.project),
            api_keys::id.eq(&event.stream_id),
            api_keys::public_key.eq(&data.public_key),
            api_keys::label.eq(&data.label),
            api_keys::scopes.eq(data.scopes.to_string()),
            api_keys::account_id.eq(data.account),
            api_keys::created_at.eq(event.at),
            api_keys::created_by.eq(&event.actor),
            api_keys::expires_at.eq(data.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

fn api_key_revoked(conn: &mut AnyConnection, event: &Event) -> Result<()> {
    diesel::update(api_keys::table)
        .filter(api_keys::project.eq(event.project))
        .filter(api_keys::id.eq(&event.stream_id))
        .set(api_keys::revoked_at.eq(Some(event.at)))
        .execute(conn)?;
    Ok(())
}
