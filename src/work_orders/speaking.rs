//! Who can be spoken to in what is written on an order.

use crate::db::AnyConnection;
use crate::foundation::{Action, ActorKind, Grant, ProjectKey, Result, Tie, permission};
use crate::people::reads;

use super::gathered::mentions::Member;
use super::model::Order;

/// The people of the project who may see the order: nobody is spoken to about what is hidden from them.
pub fn people(conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<Vec<Member>> {
    let sees = |member: &reads::Member| {
        let id = &member.account.id.0;
        let tie =
            Tie { is_author: order.is_author(id), is_assignee: order.is_assigned_to(id), ..Tie::default() };
        let grant = permission::may(&member.roles, Action::ViewOrders);
        let is_person = member.account.kind().actor_kind() == ActorKind::Human;
        let sees = grant == Grant::Any || (grant != Grant::Never && (tie.is_author || tie.is_assignee));
        sees && is_person && member.account.disabled_at.is_none()
    };
    let all = reads::members(conn, project)?.into_iter().filter(sees);
    Ok(all
        .map(|member| Member {
            account: member.account.id.0,
            name: member.account.name,
            code: member.account.code,
        })
        .collect())
}
