//! Who can be spoken to in what is written on an order.

use crate::db::AnyConnection;
use crate::foundation::{Action, ActorKind, Asker, Grant, ProjectKey, Result, Tie, permission};
use crate::people;

use super::gathered::mentions::{self, Member};
use super::model::Order;
use super::{Orders, reads};

/// The people of the project who may see the order: nobody is spoken to about what is hidden from them.
pub fn members(conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<Vec<Member>> {
    Ok(among(&people::reads::members(conn, project)?, order))
}

/// The same among members that were read before.
pub fn among(members: &[people::reads::Member], order: &Order) -> Vec<Member> {
    let sees = |member: &&people::reads::Member| {
        let id = &member.account.id.0;
        let tie =
            Tie { is_author: order.is_author(id), is_assignee: order.is_assigned_to(id), ..Tie::default() };
        let grant = permission::may(&member.roles, Action::ViewOrders);
        let is_person = member.account.kind().actor_kind() == ActorKind::Human;
        let sees = grant == Grant::Any || (grant != Grant::Never && (tie.is_author || tie.is_assignee));
        sees && is_person && member.account.disabled_at.is_none()
    };
    let named = |member: &people::reads::Member| Member {
        account: member.account.id.0.clone(),
        name: member.account.name.clone(),
        code: member.account.code.clone(),
    };
    members.iter().filter(sees).map(named).collect()
}

/// What somebody wrote that was meant to speak to people and reached none, as one sentence; nothing where all were reached.
pub async fn unheard(orders: &Orders, asker: &Asker, order_id: &str, text: &str) -> Result<Option<String>> {
    if !text.contains('@') {
        return Ok(None);
    }
    let (who, id, text) = (asker.clone(), order_id.to_owned(), text.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        let all = members(conn, who.project, &order)?;
        let (own, others): (Vec<Member>, Vec<Member>) =
            all.into_iter().partition(|member| member.account == who.actor.id);
        let mut missed = mentions::unheard(&text, &others);
        // Whoever names themselves names somebody.
        missed.retain(|one| mentions::find(&one.words, &own).is_empty());
        Ok(sentence(&missed))
    };
    orders.app.db.read(read).await
}

fn sentence(missed: &[mentions::Unheard]) -> Option<String> {
    let words = |is_shared: bool| -> Option<String> {
        let called = missed.iter().filter(|one| one.is_shared == is_shared);
        let called: Vec<&str> = called.map(|one| one.words.as_str()).collect();
        (!called.is_empty()).then(|| called.join(" or "))
    };
    let nobody =
        words(false).map(|it| format!("Nobody is called {it} among the people who may see this order."));
    let several =
        words(true).map(|it| format!("Several people are called {it}: write the whole name or the code."));
    let said: Vec<String> = nobody.into_iter().chain(several).collect();
    (!said.is_empty()).then(|| said.join(" "))
}
