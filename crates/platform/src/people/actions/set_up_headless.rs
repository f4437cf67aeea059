//! Set-up from `TRACEWRIGHT_INIT_*`: the first project, key pair and owner, without a browser.
//!
//! Runs on every start and makes only what is missing, by the same rules as the pages. What was changed since (a password, a revoked key) is left alone.

use crate::config::InitConfig;
use crate::db::Tx;
use crate::foundation::{Actor, Error, Result};
use crate::people::model::{
    Email, KeyLabel, PersonName, ProjectId, ProjectName, PublicKey, Scopes, SecretKey, check_new_password,
};
use crate::people::secrets::secret_matches;
use crate::people::service::People;
use crate::people::store::{self, ProjectRow};

use super::create_api_key::NewApiKey;

/// The settings, checked.
struct Plan {
    project: (ProjectId, ProjectName),
    pair: Option<(PublicKey, SecretKey)>,
    owner: Option<(Email, String)>,
}

impl People {
    /// Makes what the settings ask for and is missing; true when anything was asked for.
    pub async fn set_up_headless(&self, init: &InitConfig) -> Result<bool> {
        let Some(plan) = read(init)? else { return Ok(false) };
        let phc = match &plan.owner {
            Some((email, password)) if !self.has_account(email).await? => {
                check_new_password("init.owner-password", password)?;
                Some(self.hasher.hash("set-up", password).await?)
            }
            _ => None,
        };
        self.write(&Actor::system(), move |people, tx| people.carry_out(tx, plan, phc.as_deref())).await?;
        Ok(true)
    }

    async fn has_account(&self, email: &Email) -> Result<bool> {
        let email = email.as_str().to_owned();
        self.app.db.read(move |conn| Ok(store::account_by_email(conn, &email)?.is_some())).await
    }

    fn carry_out(&self, tx: &mut Tx<'_>, plan: Plan, phc: Option<&str>) -> Result<()> {
        let (id, name) = plan.project;
        let project = self.ensure_project(tx, &id, &name)?;
        if let Some(pair) = plan.pair {
            self.ensure_pair(tx, &project, pair)?;
        }
        let Some(((email, _), phc)) = plan.owner.zip(phc) else { return Ok(()) };
        if store::account_by_email(tx.conn, email.as_str())?.is_some() {
            return Ok(());
        }
        let local = email.as_str().split('@').next().unwrap_or_default();
        let name = PersonName::parse("init.owner-email", local)?;
        self.insert_owner(tx, &project, name, email, phc)?;
        Ok(())
    }

    fn ensure_pair(&self, tx: &mut Tx<'_>, project: &ProjectRow, pair: (PublicKey, SecretKey)) -> Result<()> {
        if let Some(known) = store::key_by_public(tx.conn, pair.0.as_str())? {
            let is_same = secret_matches(&self.app.keys.server_key, pair.1.expose(), &known.secret_hmac);
            if !is_same || known.project != project.key || known.revoked_at.is_some() {
                tracing::warn!(
                    public_key = known.public_key,
                    "the key pair in TRACEWRIGHT_INIT_* is not the stored one, or was revoked; nothing was changed"
                );
            }
            return Ok(());
        }
        pair.1.check_new("init.secret-key", &pair.0)?;
        let new = NewApiKey {
            label: KeyLabel::parse("label", "From TRACEWRIGHT_INIT_*")?,
            scopes: Scopes::all(),
            account: None,
            expires_at: None,
            pair: Some(pair),
        };
        self.insert_api_key(tx, project.key, new)?;
        Ok(())
    }
}

fn read(init: &InitConfig) -> Result<Option<Plan>> {
    let pair = both(
        ("init.public-key", init.public_key.as_deref()),
        ("init.secret-key", init.secret_key.as_deref()),
    )?;
    let owner = both(
        ("init.owner-email", init.owner_email.as_deref()),
        ("init.owner-password", init.owner_password.as_deref()),
    )?;
    if pair.is_none() && owner.is_none() && init.project_id.is_none() && init.project_name.is_none() {
        return Ok(None);
    }
    let pair = match pair {
        Some((public, secret)) => {
            Some((PublicKey::parse("init.public-key", public)?, SecretKey::parse("init.secret-key", secret)?))
        }
        None => None,
    };
    let owner = match owner {
        Some((email, password)) => Some((Email::parse("init.owner-email", email)?, password.to_owned())),
        None => None,
    };
    Ok(Some(Plan { project: project(init)?, pair, owner }))
}

fn project(init: &InitConfig) -> Result<(ProjectId, ProjectName)> {
    let name = init.project_name.as_deref().or(init.project_id.as_deref()).unwrap_or("Default");
    let name = ProjectName::parse("init.project-name", name)?;
    let id = match init.project_id.as_deref() {
        Some(id) => ProjectId::parse("init.project-id", id)?,
        None => ProjectId::from_name(&name),
    };
    Ok((id, name))
}

/// Both halves of a pair, or neither.
fn both<'a>(
    one: (&str, Option<&'a str>),
    other: (&str, Option<&'a str>),
) -> Result<Option<(&'a str, &'a str)>> {
    match (one.1, other.1) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::invalid(other.0, format!("is needed together with {}", one.0))),
        (None, Some(_)) => Err(Error::invalid(one.0, format!("is needed together with {}", other.0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_refused_and_the_missing_setting_is_named() {
        let init = InitConfig { owner_email: Some("ann@example.com".to_owned()), ..InitConfig::default() };
        let Err(Error::Invalid(errors)) = read(&init) else { panic!("took half a pair") };
        assert!(errors.get("init.owner-password").is_some());
        assert!(read(&InitConfig::default()).unwrap().is_none());
    }

    #[test]
    fn the_project_is_named_by_whatever_is_given() {
        let init = InitConfig { project_name: Some("Plant 7".to_owned()), ..InitConfig::default() };
        let plan = read(&init).unwrap().unwrap();
        assert_eq!((plan.project.0.as_str(), plan.project.1.as_str()), ("plant-7", "Plant 7"));
    }
}
