//! `user`: accounts from the command line of the server's machine.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::app::Services;
use crate::config::Config;
use crate::foundation::{Asker, Role};
use crate::people::actions::create_account::NewAccount;
use crate::people::model::{Email, PersonName};
use crate::people::{AccountKind, AccountRow, reads};

use super::project::{ProjectOption, with_services};
use super::say;

/// What can be done to accounts.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Create an account; without a password it prints the path of a one-time link that sets one
    Add(Add),
    /// Print every account of the project
    List(ProjectOption),
    /// Disable an account: it keeps its name and may do nothing any more
    Disable(Disable),
    /// Say that two accounts belong to one person, or that an agent belongs to a person: they count as one from then on
    SamePerson(SamePerson),
    /// Print the path of a one-time link through which the person sets a new password
    Password(Disable),
    /// Say that the right person has an account whose password a link of somebody else's set: its mark ends
    Vouch(Disable),
    /// Let somebody sign again whose signing too many wrong attempts have locked
    Unlock(Disable),
}

/// Options of `user add`.
#[derive(Debug, Args)]
pub struct Add {
    /// Email address to sign in with
    mail: String,
    /// Printed name
    #[arg(long)]
    name: String,
    /// viewer, requester, technician, supervisor, auditor or admin; may be given several times
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// The password; a file is safer, because others see command lines
    #[arg(long, conflicts_with = "password_file")]
    password: Option<String>,
    /// Read the password from this file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectOption,
}

/// Whose account.
#[derive(Debug, Args)]
pub struct Disable {
    /// Email address or code (USR-001)
    who: String,
    #[command(flatten)]
    project: ProjectOption,
}

/// Which two accounts.
#[derive(Debug, Args)]
pub struct SamePerson {
    /// Email address or code (USR-001) of one
    one: String,
    /// Email address or code of the other
    other: String,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(user: &User, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| match user {
        User::Add(options) => add(options, services).await,
        User::List(project) => list(project, services),
        User::Disable(options) => disable(options, services).await,
        User::SamePerson(options) => same_person(options, services).await,
        User::Password(options) => password(options, services).await,
        User::Vouch(options) => vouch(options, services).await,
        User::Unlock(options) => unlock(options, services).await,
    })
}

async fn add(options: &Add, services: &Services) -> anyhow::Result<()> {
    let project = options.project.find_or_create(services).await?;
    let roles: anyhow::Result<Vec<Role>> = options.roles.iter().map(|word| role(word)).collect();
    let new = NewAccount {
        kind: AccountKind::Human,
        name: PersonName::parse("name", &options.name)?,
        email: Some(Email::parse("mail", &options.mail)?),
        roles: roles?,
        password: options.given_password()?,
    };
    let created = services.people.create_account(&Asker::operator(project.key), new).await?;
    say(format_args!("{} {} has an account", created.account.code, created.account.name));
    if let Some(link) = created.link {
        say(format_args!("Set the password here, once: /setup/{}", link.expose()));
    }
    Ok(())
}

impl Add {
    fn given_password(&self) -> anyhow::Result<Option<String>> {
        let Some(file) = &self.password_file else { return Ok(self.password.clone()) };
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

fn role(word: &str) -> anyhow::Result<Role> {
    Role::from_stored(word).with_context(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("there is no role {word}; there are {}", known.join(", "))
    })
}

fn list(project: &ProjectOption, services: &Services) -> anyhow::Result<()> {
    let project = project.find(services)?;
    for member in services.app.db.read_blocking(|conn| reads::members(conn, project.key))? {
        let roles: Vec<&str> = member.roles.iter().map(|role| role.as_str()).collect();
        let state = if member.account.disabled_at.is_some() { "disabled" } else { "active" };
        let mail = member.account.email.as_deref().unwrap_or("-");
        let (code, name) = (&member.account.code, &member.account.name);
        say(format_args!("{code}  {mail}  {name}  {}  {state}", roles.join(",")));
    }
    Ok(())
}

async fn disable(options: &Disable, services: &Services) -> anyhow::Result<()> {
    let (operator, account) = options.account(services)?;
    services.people.disable_account(&operator, account.id).await?;
    say(format_args!("{} {} is disabled", account.code, account.name));
    Ok(())
}

async fn same_person(options: &SamePerson, services: &Services) -> anyhow::Result<()> {
    let operator = Asker::operator(options.project.find(services)?.key);
    let is_new = services.people.join_users(&operator, &options.one, &options.other).await?;
    let how = if is_new { "are one unit from now on" } else { "were one unit already" };
    say(format_args!("{} and {} {how}", options.one, options.other));
    Ok(())
}

async fn password(options: &Disable, services: &Services) -> anyhow::Result<()> {
    let (operator, account) = options.account(services)?;
    let link = services.people.issue_link(&operator, account.id).await?;
    say(format_args!("{} sets a new password here, once: /setup/{}", account.name, link.expose()));
    Ok(())
}

async fn unlock(options: &Disable, services: &Services) -> anyhow::Result<()> {
    let (operator, account) = options.account(services)?;
    services.people.unlock_signing(&operator, account.id).await?;
    say(format_args!("{} {} may sign", account.code, account.name));
    Ok(())
}

async fn vouch(options: &Disable, services: &Services) -> anyhow::Result<()> {
    let (operator, account) = options.account(services)?;
    services.people.vouch_for(&operator, account.id).await?;
    say(format_args!(
        "{} {} has the account: what is done in that name carries no mark from now on",
        account.code, account.name
    ));
    Ok(())
}

impl Disable {
    fn account(&self, services: &Services) -> anyhow::Result<(Asker, AccountRow)> {
        let project = self.project.find(services)?;
        let found = services.app.db.read_blocking(|conn| {
            Ok(match reads::account_by_code(conn, &self.who)? {
                None => reads::account_by_email(conn, &self.who)?,
                found => found,
            })
        })?;
        match found {
            Some(account) => Ok((Asker::operator(project.key), account)),
            None => bail!("there is no account {}", self.who),
        }
    }
}
