//! Who asks, and what they may do.

use super::call::{Call, json};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::foundation::{Action, Grant};
use crate::shapes::{MayView, MeView, Person};
use crate::web::Access;

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let me = Operation::get("/api/v1/me", "You", "whoAmI", "Say who asks and what they may do")
        .about("A verb with the reach `any` is theirs for every record of the project; the others depend on what they are to one.");
    all.add(me.gives::<MeView>(200, "Whoever asks."), Access::SignedIn, show);
}

/// GET `/api/v1/me`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let who = &call.who;
    let may = Action::ALL.into_iter().filter(|action| who.may(*action) > Grant::Never);
    json(&MeView {
        account: Person {
            id: who.id().to_owned(),
            kind: who.actor.kind.as_str().to_owned(),
            name: who.actor.name.clone(),
        },
        roles: who.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        project: who.project_name.clone(),
        may: may
            .map(|action| MayView {
                action: snake(&format!("{action:?}")),
                words: action.words().to_owned(),
                reach: snake(&format!("{:?}", who.may(action))),
            })
            .collect(),
    })
}

/// A name of ours as programs write it.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_small() {
        for (name, expected) in
            [("Tick", "tick"), ("UndoOwnTick", "undo_own_tick"), ("IfPolicy", "if_policy")]
        {
            assert_eq!(snake(name), expected);
        }
    }
}
