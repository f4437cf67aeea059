//! What happens to people, as versioned events. Secrets, hashes and cookies are never in them.
//!
//! Accounts and projects are streams of the installation (project 0); roles and keys belong to their project.

use serde::{Deserialize, Serialize};

use crate::foundation::{Error, ProjectKey, Result, Role, Timestamp};
use crate::ledger::{Draft, Event, Stream};

use super::model::{AccountId, AccountKind, Scopes};

/// The installation itself, where accounts and projects are recorded.
pub const INSTALLATION: ProjectKey = ProjectKey(0);

/// Everything that can happen to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PeopleEvent {
    /// `project.created.v1`
    ProjectCreated(ProjectCreated),
    /// `account.created.v1`
    AccountCreated(AccountCreated),
    /// `api_key.created.v1`
    ApiKeyCreated(ApiKeyCreated),
    /// `role.granted.v1`
    RoleGranted(RoleChange),
    /// `role.revoked.v1`
    RoleRevoked(RoleChange),
    /// `session.started.v1`
    SessionStarted(SessionChange),
    /// `session.ended.v1`: signed out.
    SessionEnded(SessionChange),
    /// `session.revoked.v1`
    SessionRevoked(SessionChange),
    /// `sign_in.failed.v1`
    SignInFailed(SignInFailed),
    /// `sign_in.locked.v1`
    SignInLocked(SignInLocked),
    /// `account.disabled.v1`
    AccountDisabled(Nothing),
    /// `account.enabled.v1`
    AccountEnabled(Nothing),
    /// `account.same_person.v1`: it belongs to the same person as another.
    SamePerson(SamePerson),
    /// `account.password_set.v1`: the fact, and who made the link if not the person.
    PasswordSet(PasswordSet),
    /// `account.reset_confirmed.v1`: the right person has the account.
    ResetConfirmed(ResetConfirmed),
    /// `account.link_issued.v1`: a one-time link to set a password.
    LinkIssued(Nothing),
    /// `api_key.revoked.v1`
    ApiKeyRevoked(Nothing),
    /// `signing.failed.v1`: a signature was refused, in the account's own session.
    SigningFailed(SigningFailed),
    /// `signing.locked.v1`: nobody signs with the account until that is lifted.
    SigningLocked(SigningLocked),
    /// `signing.unlocked.v1`
    SigningUnlocked(Nothing),
    /// `account.profile_set.v1`: the person's name and how they read times and dates.
    ProfileSet(ProfileSet),
    /// `account.email_changed.v1`
    EmailChanged(EmailChanged),
}

/// An event that says it all by its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// A project came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectCreated {
    /// Its integer key inside.
    pub key: i64,
    /// Its id outside.
    pub id: String,
    pub name: String,
}

/// A password was set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSet {
    /// Who made the link through which it was set in place of another. Before December 2026 also for a first password.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_link_of: Option<LinkMaker>,
}

/// Who made a one-time link for somebody's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkMaker {
    /// The account, or `system` for the operator.
    pub account: String,
    /// The name printed at that time.
    pub name: String,
}

/// It was confirmed that whoever uses a password that was reset is the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetConfirmed {
    pub how: ConfirmedHow,
}

/// How that was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedHow {
    /// By the password from before, which only the person knows.
    FormerPassword,
    /// There was none before: by the new one, given again.
    Again,
    /// By an admin apart from who made the link, or by the operator.
    Vouched,
}

impl ConfirmedHow {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FormerPassword => "former_password",
            Self::Again => "again",
            Self::Vouched => "vouched",
        }
    }
}

/// An account came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCreated {
    /// `USR-001`.
    pub code: String,
    pub kind: AccountKind,
    pub name: String,
    /// What a person signs in with; agents have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
}

/// Another account of the same person, or the agent that a person owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamePerson {
    pub other: AccountId,
}

/// A role given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChange {
    pub role: Role,
}

/// A key pair came to be; its secret is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyCreated {
    pub public_key: String,
    pub label: String,
    pub scopes: Scopes,
    /// The agent it speaks for, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
}

/// A session began or ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionChange {
    /// The session's id (not its cookie).
    pub session: String,
}

/// Somebody failed to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInFailed {
    /// Where from, as the server saw it.
    pub ip: String,
    /// How many since the last good one, from everywhere. Beyond the first few each doubling is told, the rest counted.
    pub failures: i64,
}

/// A place that guesses at an account must wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLocked {
    pub until: Timestamp,
}

/// A signature was refused: email or password were wrong, which of them is told to nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningFailed {
    /// Where from, as the server saw it.
    pub ip: String,
    /// How many since the last good one, in all sessions of the account.
    pub failures: i64,
}

/// The account may not sign any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningLocked {
    /// After how many failed attempts.
    pub failures: i64,
}

/// What somebody set about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileSet {
    /// The name printed from now on; what was signed before keeps the name of then.
    pub name: String,
    /// An IANA name such as `Europe/Lisbon`; empty where the browser's is used.
    pub zone: String,
    /// The stored word of the form of dates; empty for the usual one.
    pub dates: String,
}

/// Another mail address to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChanged {
    pub email: String,
}

impl PeopleEvent {
    /// The versioned kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProjectCreated(_) => "project.created.v1",
            Self::AccountCreated(_) => "account.created.v1",
            Self::AccountDisabled(_) => "account.disabled.v1",
            Self::AccountEnabled(_) => "account.enabled.v1",
            Self::SamePerson(_) => "account.same_person.v1",
            Self::PasswordSet(_) => "account.password_set.v1",
            Self::ResetConfirmed(_) => "account.reset_confirmed.v1",
            Self::LinkIssued(_) => "account.link_issued.v1",
            Self::RoleGranted(_) => "role.granted.v1",
            Self::RoleRevoked(_) => "role.revoked.v1",
            Self::ApiKeyCreated(_) => "api_key.created.v1",
            Self::ApiKeyRevoked(_) => "api_key.revoked.v1",
            Self::SessionStarted(_) => "session.started.v1",
            Self::SessionEnded(_) => "session.ended.v1",
            Self::SessionRevoked(_) => "session.revoked.v1",
            Self::SignInFailed(_) => "sign_in.failed.v1",
            Self::SignInLocked(_) => "sign_in.locked.v1",
            Self::SigningFailed(_) => "signing.failed.v1",
            Self::SigningLocked(_) => "signing.locked.v1",
            Self::SigningUnlocked(_) => "signing.unlocked.v1",
            Self::ProfileSet(_) => "account.profile_set.v1",
            Self::EmailChanged(_) => "account.email_changed.v1",
        }
    }

    /// The event as the ledger takes it.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(self.kind(), serde_json::to_value(self)?))
    }
}

/// The data of an event of ours; none when it was erased.
pub fn data_of<T: serde::de::DeserializeOwned>(event: &Event) -> Option<T> {
    serde_json::from_value(event.data()).ok()
}

/// The stream of an account.
pub fn account_stream(account: &AccountId) -> Stream {
    Stream { project: INSTALLATION, kind: "account", id: account.0.clone() }
}

/// The stream of a project's own life.
pub fn project_stream(key: ProjectKey) -> Stream {
    Stream { project: INSTALLATION, kind: "project", id: key.0.to_string() }
}

/// The kind of the streams of roles.
pub const MEMBERSHIP: &str = "membership";

/// The stream of one account's roles in one project.
pub fn membership_stream(project: ProjectKey, account: &AccountId) -> Stream {
    Stream { project, kind: MEMBERSHIP, id: account.0.clone() }
}

/// The stream of one key pair.
pub fn api_key_stream(project: ProjectKey, key_id: &str) -> Stream {
    Stream { project, kind: "api_key", id: key_id.to_owned() }
}

/// Reads a project key out of a project stream's id.
pub fn project_of_stream(id: &str) -> Result<ProjectKey> {
    id.parse().map(ProjectKey).map_err(|_| Error::internal(format!("project stream {id:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_is_plain_and_without_secrets() {
        let event = PeopleEvent::AccountCreated(AccountCreated {
            code: "USR-001".to_owned(),
            kind: AccountKind::Human,
            name: "Ann".to_owned(),
            email: None,
        });
        let draft = event.draft().unwrap();
        assert_eq!(draft.kind, "account.created.v1");
        assert_eq!(draft.data, serde_json::json!({ "code": "USR-001", "kind": "human", "name": "Ann" }));
        assert_eq!(PeopleEvent::AccountDisabled(Nothing {}).draft().unwrap().data, serde_json::json!({}));
    }
}
