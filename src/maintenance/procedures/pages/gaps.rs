//! What nobody here can do with a version, told before anybody tries.

use crate::foundation::{Action, Grant, Role, permission};
use crate::maintenance::procedures::decide::Facts;
use crate::maintenance::procedures::model::Version;
use crate::work_orders::team::{Gap, Mate, Team};

/// Nobody may approve it, or everybody who may wrote some of it and its type is controlled.
pub(super) fn of_version(team: &Team, version: &Version, facts: &Facts) -> Option<Gap> {
    if !version.state.is_open() {
        return None;
    }
    let may = |mate: &&Mate| {
        mate.is_person && permission::may(&mate.roles, Action::ApproveProcedure) > Grant::Never
    };
    let wrote = |mate: &Mate| version.writers.iter().any(|writer| mate.unit.contains(writer));
    let mut who = team.0.iter().filter(may);
    let says = match (who.next(), facts.controlled) {
        (None, _) => "Nobody here may approve a version of a procedure.",
        (Some(_), false) => return None,
        (Some(_), true) if team.0.iter().filter(may).any(|mate| !wrote(mate)) => return None,
        (Some(_), true) => {
            "Nobody else here may approve this version: orders of its type are controlled, and whoever may has written some of it."
        }
    };
    Some(Gap { says: says.to_owned(), invite: Role::Supervisor, waivable: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::{ActorKind, Digest, Timestamp, Unit};
    use crate::maintenance::procedures::model::State;
    use crate::work_orders::model::Who;

    fn version(writers: &[&str]) -> Version {
        Version {
            number: 1,
            state: State::Submitted,
            text: String::new(),
            digest: Digest::of(b""),
            order_type: String::new(),
            copied_from: None,
            author: Who { id: "a".to_owned(), kind: ActorKind::Human, name: "A".to_owned() },
            writers: writers.iter().map(|it| (*it).to_owned()).collect(),
            drafted_at: Timestamp(0),
            changed_by: Who { id: "a".to_owned(), kind: ActorKind::Human, name: "A".to_owned() },
            changed_at: Timestamp(0),
            submitted: None,
            returned: None,
            approved: None,
            effective_from: None,
            withdrawn: None,
        }
    }

    fn mate(account: &str, role: Role) -> Mate {
        let is_person = role != Role::Agent;
        Mate { account: account.to_owned(), roles: vec![role], unit: [account.to_owned()].into(), is_person }
    }

    #[test]
    fn a_team_of_one_is_told_where_its_type_is_controlled() {
        let facts =
            |controlled| Facts { unit: Unit::of("boss", []), controlled, min_reason: 3, now: Timestamp(0) };
        let boss = || mate("boss", Role::Supervisor);
        for (team, writers, controlled, is_told) in [
            (vec![boss()], vec!["boss"], true, true),
            (vec![boss()], vec!["boss"], false, false),
            (vec![boss(), mate("sam", Role::Supervisor)], vec!["boss"], true, false),
            (vec![boss()], vec!["dana"], true, false),
            (vec![mate("dana", Role::Technician), mate("relay", Role::Agent)], vec!["dana"], false, true),
        ] {
            let said = of_version(&Team(team), &version(&writers), &facts(controlled));
            assert_eq!(said.is_some(), is_told, "{writers:?} {controlled}: {said:?}");
        }
    }
}
