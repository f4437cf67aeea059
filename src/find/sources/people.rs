//! People and programs, for whoever gives them work or keeps their accounts.

use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::{Action, Asker, Grant, Result};
use crate::people::reads::{Member, members};

/// Accounts of the project whose name or code holds every word, or whose address does where their accounts are kept by the reader.
pub(super) fn words(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let group = Group { id: "people", title: "People", ..Group::default() };
    if !may_see(asker) {
        return Ok(group);
    }
    let hits =
        members(conn, asker.project)?.iter().filter(|it| asked.is_in(&text(asker, it))).map(hit).collect();
    // Only whoever keeps the accounts has a list of them.
    let keeps = asker.may(Action::ManagePeople) > Grant::Never;
    Ok(Group { hits, list: if keeps { "/people".to_owned() } else { String::new() }, ..group })
}

/// The account with this code, for whoever may see it.
pub(super) fn coded(conn: &mut AnyConnection, asker: &Asker, code: &str) -> Result<Option<Hit>> {
    if !may_see(asker) || !code.to_uppercase().starts_with("USR-") {
        return Ok(None);
    }
    let all = members(conn, asker.project)?;
    Ok(all.iter().find(|it| it.account.code.eq_ignore_ascii_case(code)).map(hit))
}

/// Whoever opens the page of somebody's open orders.
fn may_see(asker: &Asker) -> bool {
    asker.may(Action::Assign) > Grant::Never || asker.may(Action::ManagePeople) > Grant::Never
}

fn text(asker: &Asker, member: &Member) -> String {
    let keeps = asker.may(Action::ManagePeople) > Grant::Never;
    let email = member.account.email.as_deref().filter(|_| keeps).unwrap_or_default();
    format!("{}\n{}\n{email}", member.account.name, member.account.code)
}

fn hit(member: &Member) -> Hit {
    let account = &member.account;
    let roles: Vec<&str> = member.roles.iter().map(|role| role.as_str()).collect();
    Hit {
        href: format!("/people/{}/orders", account.id.0),
        code: account.code.clone(),
        title: account.marked_name(),
        about: roles.join(", "),
        state: if account.disabled_at.is_some() { "Disabled".to_owned() } else { String::new() },
        ..Hit::default()
    }
}
