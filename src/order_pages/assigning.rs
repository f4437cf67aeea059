//! Who work can be given to, for every form that gives it.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Grant, ProjectKey, Result, permission};
use crate::people::reads::{Member, members};
use crate::state::App;
use crate::work_orders::model::Assignee;

/// The choice on a form: everybody who works here, and who is chosen.
#[derive(Default)]
pub struct Assigning {
    /// Id and words.
    pub people: Vec<(String, String)>,
    /// The id of the chosen account; empty for nobody.
    pub chosen: String,
    /// The name that a file or a list gives and that is no account yet, where it is told.
    pub named: String,
}

impl Assigning {
    /// For an order as it is. A name without an account proposes the one account that it fits.
    pub async fn of(app: &App, project: ProjectKey, assignee: Option<&Assignee>) -> Result<Self> {
        let members = app.db.read(move |conn| members(conn, project)).await?;
        Ok(Self::among(&members, assignee))
    }

    /// The same among members that were read before.
    pub fn among(members: &[Member], assignee: Option<&Assignee>) -> Self {
        let workers: Vec<&Member> = members.iter().filter(|member| works(member)).collect();
        let (mut chosen, mut named) = (String::new(), String::new());
        match assignee {
            Some(Assignee { account: Some(account), .. }) => chosen.clone_from(account),
            Some(claimed) => {
                chosen = fitting(&workers, claimed).unwrap_or_default();
                named.clone_from(&claimed.name);
            }
            None => {}
        }
        Self { people: workers.into_iter().map(words).collect(), chosen, named }
    }

    /// For an order that is about to be written, where this person may give work; without anybody for all others.
    pub async fn of_new(app: &App, who: &Asker, chosen: &str) -> Result<Self> {
        if who.may(Action::Assign) == Grant::Never {
            return Ok(Self::default());
        }
        let project = who.project;
        let workers = app.db.read(move |conn| workers(conn, project)).await?;
        let people = workers.iter().map(words).collect();
        Ok(Self { people, chosen: chosen.to_owned(), named: String::new() })
    }

    /// Whether a name of a file stands for the account that is proposed.
    pub fn is_proposed(&self) -> bool {
        !self.named.is_empty() && !self.chosen.is_empty()
    }
}

/// Accounts of the project that may do work now.
pub fn workers(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<Member>> {
    Ok(members(conn, project)?.into_iter().filter(works).collect())
}

fn works(member: &Member) -> bool {
    member.account.disabled_at.is_none() && permission::may(&member.roles, Action::Tick) > Grant::Never
}

/// Id and words of one, for a choice.
pub fn words(member: &Member) -> (String, String) {
    (member.account.id.0.clone(), format!("{} ({})", member.account.marked_name(), member.account.code))
}

/// The account with this id, as an order names it; refused unless it may do work here now, as on every list that it is chosen from.
pub async fn assignee(app: &App, project: ProjectKey, account: String) -> Result<Assignee> {
    let workers = app.db.read(move |conn| workers(conn, project)).await?;
    let found = workers.into_iter().find(|member| member.account.id.0 == account);
    let found = found.ok_or_else(|| {
        Error::invalid(
            "account",
            "this account does no work here: choose a technician, a supervisor or an agent whose account is not disabled",
        )
    })?;
    Ok(Assignee {
        kind: Some(found.account.kind().actor_kind()),
        account: Some(account),
        name: found.account.name,
        code: found.account.code,
    })
}

/// The one account whose name, code or email a file wrote; none where two would do.
fn fitting(workers: &[&Member], claimed: &Assignee) -> Option<String> {
    let folded = |text: &str| text.trim().trim_start_matches('@').to_lowercase();
    let said = [folded(&claimed.name), folded(&claimed.code)];
    let fits = |member: &&&Member| {
        let account = &member.account;
        let mailbox = account.email.as_deref().and_then(|email| email.split('@').next());
        // A list that was handed out as a file names an agent with the word for it.
        let marked = account.marked_name();
        let names = [account.name.as_str(), marked.as_str(), account.code.as_str()];
        let known = names.into_iter().map(Some).chain([account.email.as_deref(), mailbox]);
        known.flatten().map(folded).any(|it| !it.is_empty() && said.contains(&it))
    };
    let mut fitting = workers.iter().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.account.id.0.clone())
}
