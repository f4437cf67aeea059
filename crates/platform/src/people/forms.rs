//! What people type, as commands; every fault is named by its field, all at once.

use crate::foundation::{Error, FieldErrors, Result, Role, Timestamp};
use crate::web::Form;

use super::actions::create_account::NewAccount;
use super::actions::create_api_key::NewApiKey;
use super::actions::set_up::NewOwner;
use super::model::{
    AccountId, AccountKind, Email, KeyLabel, PersonName, ProjectName, PublicKey, Scopes, SecretKey,
    check_new_password,
};

/// Gathers the faults of several fields.
#[derive(Default)]
struct Faults(FieldErrors);

impl Faults {
    /// The value, or nothing and its faults noted.
    fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(FieldErrors(faults))) => {
                self.0.0.extend(faults);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    fn check(&mut self, result: Result<()>) -> Result<()> {
        self.take(result).map(|_| ())
    }

    /// All values, or all faults.
    fn end<T>(self, value: Option<T>) -> Result<T> {
        self.0.into_result()?;
        value.ok_or_else(|| Error::internal("a form has neither a value nor a fault"))
    }
}

/// The set-up form of the first owner. `needs_project` is false when the settings already made one.
pub(super) fn new_owner(form: &Form, needs_project: bool) -> Result<NewOwner> {
    let mut faults = Faults::default();
    let project = if needs_project { form.text("project") } else { "Default" };
    let project = faults.take(ProjectName::parse("project", project))?;
    let name = faults.take(PersonName::parse("name", form.text("name")))?;
    let email = faults.take(Email::parse("email", form.text("email")))?;
    let password = form.raw("password").to_owned();
    faults.check(check_new_password("password", &password))?;
    let owner = project.zip(name).zip(email).map(|((project, name), email)| NewOwner {
        project,
        name,
        email,
        password,
    });
    faults.end(owner)
}

/// The form of a new account.
pub(super) fn new_account(form: &Form) -> Result<NewAccount> {
    let mut faults = Faults::default();
    let kind = faults.take(kind(form.text("kind")))?;
    let name = faults.take(PersonName::parse("name", form.text("name")))?;
    let email = match form.optional("email") {
        Some(email) => faults.take(Email::parse("email", email))?,
        None => None,
    };
    if kind == Some(AccountKind::Human) && form.optional("email").is_none() {
        faults.0.add("email", "a person signs in with an email address: give one");
    }
    let mut roles = Vec::new();
    for word in form.all("role") {
        roles.extend(faults.take(role(word))?);
    }
    if kind == Some(AccountKind::Agent) {
        roles = vec![Role::Agent];
    } else if roles.is_empty() && form.all("role").next().is_none() {
        faults.0.add("role", "choose at least one role; without one nobody can sign in");
    }
    let account = kind.zip(name).map(|(kind, name)| NewAccount { kind, name, email, roles, password: None });
    faults.end(account)
}

fn kind(word: &str) -> Result<AccountKind> {
    match word {
        "human" => Ok(AccountKind::Human),
        "agent" => Ok(AccountKind::Agent),
        _ => Err(Error::invalid("kind", "expected human or agent")),
    }
}

/// A role by its word.
pub(super) fn role(word: &str) -> Result<Role> {
    Role::from_stored(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        Error::invalid("role", format!("expected one of {}", known.join(", ")))
    })
}

/// The form of a new API key.
pub(super) fn new_api_key(form: &Form) -> Result<NewApiKey> {
    let mut faults = Faults::default();
    let label = faults.take(KeyLabel::parse("label", form.text("label")))?;
    let scopes = faults.take(Scopes::parse("scope", form.all("scope")))?;
    let expires_at = match form.optional("expires_on") {
        Some(day) => faults.take(end_of_day(day))?,
        None => None,
    };
    let pair = pair(form, &mut faults)?;
    let account = form.optional("account").map(|id| AccountId(id.to_owned()));
    let key = label.zip(scopes).map(|(label, scopes)| NewApiKey { label, scopes, account, expires_at, pair });
    faults.end(key)
}

fn pair(form: &Form, faults: &mut Faults) -> Result<Option<(PublicKey, SecretKey)>> {
    let (public, secret) = (form.optional("public_key"), form.optional("secret_key"));
    let (Some(public), Some(secret)) = (public, secret) else {
        if public.is_some() {
            faults.0.add("secret_key", "give the secret key as well, or leave both empty");
        }
        if secret.is_some() {
            faults.0.add("public_key", "give the public key as well, or leave both empty");
        }
        return Ok(None);
    };
    let public = faults.take(PublicKey::parse("public_key", public))?;
    let secret = faults.take(SecretKey::parse("secret_key", secret))?;
    Ok(public.zip(secret))
}

fn end_of_day(day: &str) -> Result<Timestamp> {
    let wrong = || Error::invalid("expires_on", "expected a day such as 2027-03-31");
    if day.len() != 10 {
        return Err(wrong());
    }
    Timestamp::parse_rfc3339(&format!("{day}T23:59:59Z")).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use foundation::permission::Scope;

    use super::*;

    fn paths<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
        match result {
            Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.path).collect(),
            other => panic!("expected field errors, got {other:?}"),
        }
    }

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_fault_of_a_form_is_named_at_once() {
        let bad = form("kind=robot&name=&email=nobody&role=root");
        assert_eq!(paths(new_account(&bad)), ["kind", "name", "email", "role"]);
        assert_eq!(paths(new_owner(&form(""), true)), ["project", "name", "email", "password"]);
        let bad = form("scope=root&expires_on=soon&public_key=pk");
        assert_eq!(paths(new_api_key(&bad)), ["label", "scope", "expires_on", "secret_key"]);
    }

    #[test]
    fn a_person_needs_a_mail_address_and_a_role_and_an_agent_neither() {
        assert_eq!(paths(new_account(&form("kind=human&name=Ann"))), ["email", "role"]);
        let agent = new_account(&form("kind=agent&name=relay&role=admin&unknown=1")).unwrap();
        assert_eq!(agent.roles, [Role::Agent]);
    }

    #[test]
    fn a_key_lasts_to_the_end_of_its_day() {
        let key = new_api_key(&form("label=CI&scope=read&expires_on=2027-03-31")).unwrap();
        assert_eq!(key.expires_at.unwrap().to_rfc3339(), "2027-03-31T23:59:59.000000Z");
        assert_eq!(key.scopes, Scopes(vec![Scope::Read]));
        assert_eq!(paths(new_api_key(&form("label=CI"))), ["scope"]);
        assert!(key.pair.is_none());
    }
}
