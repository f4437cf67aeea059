//! What the people of a project cannot do between them, told before anybody tries: duties that must be apart need two
//! units, and who is there and with which roles says whether there are two.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::lifecycle::awaits_approval;
use super::model::{Closers, Order, Status, TypeClass, TypePolicy};
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant, ProjectKey, Result, Role, permission};
use crate::people::reads::{self, Member};
use crate::people::units;

/// Somebody of the project who may act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mate {
    pub account: String,
    pub roles: Vec<Role>,
    /// The accounts that count as one with them.
    pub unit: BTreeSet<String>,
    pub is_person: bool,
}

/// Everybody of the project who may act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team(pub Vec<Mate>);

/// Something that nobody here can do, and who could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What cannot be done and why.
    pub says: String,
    /// The role to invite somebody with.
    pub invite: Role,
    /// The type of order whose rules could do without what nobody can do; none where they could not.
    pub waivable: Option<TypeClass>,
}

/// The team of a project as it is now.
pub fn of(conn: &mut AnyConnection, project: ProjectKey) -> Result<Team> {
    let members = reads::members(conn, project)?;
    among(conn, &members)
}

/// The same among members that were read before.
pub fn among(conn: &mut AnyConnection, members: &[Member]) -> Result<Team> {
    let ties = units::ties(conn)?;
    let active =
        members.iter().filter(|member| member.account.disabled_at.is_none() && !member.roles.is_empty());
    let mates = active.map(|member| {
        let account = member.account.id.0.clone();
        let unit = ties.unit_of(&account);
        let is_person = member.account.kind() == crate::people::AccountKind::Human;
        Mate {
            unit: unit.accounts().map(str::to_owned).collect(),
            roles: member.roles.clone(),
            is_person,
            account,
        }
    });
    Ok(Team(mates.collect()))
}

impl Mate {
    fn may(&self, action: Action) -> bool {
        permission::may(&self.roles, action) > Grant::Never
    }

    fn is_one_with(&self, account: &str) -> bool {
        self.unit.contains(account)
    }
}

impl Team {
    fn who(&self, action: Action) -> impl Iterator<Item = &Mate> {
        self.0.iter().filter(move |mate| mate.is_person && mate.may(action))
    }

    /// Whether one of those who may do this is apart from all these accounts.
    fn has_apart(&self, action: Action, from: &[&str]) -> bool {
        self.who(action).any(|mate| !from.iter().any(|account| mate.is_one_with(account)))
    }

    /// Whether two of different units may do the one and the other.
    fn has_pair(&self, one: Action, other: Action) -> bool {
        let workers = self.0.iter().filter(|mate| mate.may(one));
        workers.into_iter().any(|mate| self.has_apart(other, &[&mate.account]))
    }

    /// What these people cannot do with any order of a type with such a policy.
    pub fn gaps(&self, policy: TypePolicy) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if self.who(Action::Approve).next().is_none() {
            gaps.push(gap("Nobody here may approve an order.", Role::Supervisor));
        } else if policy.controlled && !self.has_pair(Action::CreateDraft, Action::Approve) {
            gaps.push(gap(
                "An order of a controlled type is approved by somebody apart from its author, and there is nobody else.",
                Role::Supervisor,
            ));
        }
        if !policy.verification_waived && !self.has_pair(Action::Run, Action::Verify) {
            let says = if self.who(Action::Verify).next().is_none() {
                "Nobody here may verify an order or judge what was done."
            } else {
                "Whoever does the work cannot verify it, and nobody else here may."
            };
            gaps.push(gap(says, Role::Auditor));
        }
        gaps.extend(self.closing_gap(policy, None));
        gaps
    }

    /// What these people cannot do with this very order, as far as it is still to do.
    pub fn gaps_of(&self, order: &Order, facts: &Facts) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if order.status.is_final() {
            return gaps;
        }
        let policy = facts.policy;
        if matches!(order.status, Status::Draft | Status::Submitted) {
            gaps.extend(self.approval_gap(order, policy));
        }
        if awaits_approval(order, facts) {
            gaps.extend(self.renewal_gap(order));
        }
        if !order.status.is_done() || order.status == Status::Completed {
            gaps.extend(self.verification_gap(order, facts));
        }
        let verifier = order.transitions.iter().rev().find(|it| it.to == Status::Verified);
        let verifier = verifier.filter(|_| order.status == Status::Verified).map(|it| it.by.id.as_str());
        gaps.extend(self.closing_gap(policy, verifier));
        gaps
    }

    fn approval_gap(&self, order: &Order, policy: TypePolicy) -> Option<Gap> {
        let mut barred: Vec<&str> = Vec::new();
        if policy.controlled {
            barred.extend(order.author().map(|author| author.id.as_str()));
            barred.extend(order.planners.iter().map(String::as_str));
            let schedule = order.made_from.as_ref().and_then(|from| from.schedule.as_ref());
            barred.extend(schedule.map(|it| it.keeper.id.as_str()));
        }
        if self.has_apart(Action::Approve, &barred) {
            return None;
        }
        let says = if barred.is_empty() {
            "Nobody here may approve this."
        } else {
            "Nobody else here may approve this: its type is controlled, so neither its author nor whoever changed its plan can."
        };
        Some(gap(says, Role::Supervisor))
    }

    fn renewal_gap(&self, order: &Order) -> Option<Gap> {
        let mut changed: Vec<&str> =
            order.changed_since_approval.iter().map(|it| it.by.id.as_str()).collect();
        changed.extend(order.planners.iter().map(String::as_str));
        let says = "Nobody else here may approve the changed plan: its type is controlled, and whoever may has changed it.";
        let waivable = Some(TypeClass::of(&order.order_type));
        (!self.has_apart(Action::Approve, &changed)).then(|| Gap { waivable, ..gap(says, Role::Supervisor) })
    }

    fn verification_gap(&self, order: &Order, facts: &Facts) -> Option<Gap> {
        if facts.policy.verification_waived {
            return None;
        }
        let mut doers: Vec<&str> = order.doers().collect();
        doers.extend(facts.evidence.senders.iter().map(String::as_str));
        let is_possible = if doers.is_empty() {
            self.has_pair(Action::Run, Action::Verify)
        } else {
            self.has_apart(Action::Verify, &doers)
        };
        let says = if self.who(Action::Verify).next().is_none() {
            "Nobody here may verify this."
        } else {
            "Nobody else here may verify this: whoever may is one with those who do the work."
        };
        let waivable = Some(TypeClass::of(&order.order_type));
        (!is_possible).then(|| Gap { waivable, ..gap(says, Role::Auditor) })
    }

    fn closing_gap(&self, policy: TypePolicy, verifier: Option<&str>) -> Option<Gap> {
        let mut closers: Vec<&Mate> = self.who(Action::CloseUnverified).collect();
        if policy.closers == Closers::SupervisorsAndAuditors && !policy.verification_waived {
            closers.extend(self.who(Action::Close));
        }
        if closers.is_empty() {
            return Some(gap("Nobody here may close an order.", Role::Supervisor));
        }
        let must_differ = policy.closer_not_verifier && !policy.verification_waived;
        let is_possible = match verifier {
            _ if !must_differ => true,
            Some(verifier) => closers.iter().any(|mate| !mate.is_one_with(verifier)),
            None => {
                let mut verifiers = self.who(Action::Verify);
                verifiers.any(|it| closers.iter().any(|mate| !mate.is_one_with(&it.account)))
            }
        };
        let says = "Whoever verified cannot close here, and nobody else may close.";
        // Without any verifier at all, that is what is told.
        let is_told = verifier.is_some() || self.who(Action::Verify).next().is_some();
        (!is_possible && is_told).then(|| gap(says, Role::Supervisor))
    }
}

fn gap(says: &str, invite: Role) -> Gap {
    Gap { says: says.to_owned(), invite, waivable: None }
}

impl Gap {
    /// Where an account with the missing role is made.
    pub fn href(&self) -> String {
        format!("/people?role={}#new-account", self.invite.as_str())
    }

    /// Where the rules are that could do without it.
    pub fn waiver(&self) -> Option<String> {
        self.waivable.map(|class| format!("/work-orders/policies/{}", class.as_str()))
    }

    /// What is decided there; an auditor lacks for verifying, a supervisor for approving.
    pub fn waiver_words(&self) -> &'static str {
        match self.invite {
            Role::Auditor => "or allow orders of this type to be closed without verification",
            _ => "or decide that orders of this type are not controlled",
        }
    }

    /// What to do about it, for whoever makes accounts.
    pub fn action(&self) -> String {
        let article = if self.invite == Role::Auditor || self.invite == Role::Admin { "an" } else { "a" };
        format!("Invite {article} {}", self.invite.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_orders::samples;

    fn mate(account: &str, roles: &[Role]) -> Mate {
        Mate {
            account: account.to_owned(),
            roles: roles.to_vec(),
            unit: [account.to_owned()].into(),
            is_person: !roles.contains(&Role::Agent),
        }
    }

    fn told(gaps: &[Gap]) -> Vec<(Role, &str)> {
        gaps.iter().map(|gap| (gap.invite, gap.says.split_whitespace().next().unwrap_or_default())).collect()
    }

    #[test]
    fn a_team_of_one_plans_and_works_and_is_told_that_nobody_verifies() {
        let all = [Role::Supervisor, Role::Technician, Role::Auditor, Role::Admin];
        let one = Team(vec![mate("owner", &all)]);
        let gaps = one.gaps(TypePolicy::UNDECIDED);
        assert_eq!(told(&gaps), [(Role::Auditor, "Whoever")]);
        assert!(one.gaps(TypePolicy { verification_waived: true, ..TypePolicy::UNDECIDED }).is_empty());
        let strict = TypePolicy { controlled: true, closer_not_verifier: true, ..TypePolicy::UNDECIDED };
        assert_eq!(
            told(&one.gaps(strict)),
            [(Role::Supervisor, "An"), (Role::Auditor, "Whoever"), (Role::Supervisor, "Whoever"),]
        );
        let two = Team(vec![mate("owner", &all), mate("mei", &[Role::Auditor])]);
        assert!(two.gaps(TypePolicy::UNDECIDED).is_empty());
        // An agent works, and whoever made it is one with it; a program verifies nothing.
        let mut relay = mate("relay", &[Role::Agent]);
        relay.unit.insert("owner".to_owned());
        let mut owner = mate("owner", &all);
        owner.unit.insert("relay".to_owned());
        assert_eq!(told(&Team(vec![owner, relay]).gaps(TypePolicy::UNDECIDED)), [(Role::Auditor, "Whoever")]);
    }

    #[test]
    fn an_order_is_told_what_nobody_can_do_with_it() {
        let worker = samples::person("worker");
        let facts = samples::facts(&worker);
        let mut order = samples::draft();
        let team =
            Team(vec![mate("worker", &[Role::Technician, Role::Auditor]), mate("boss", &[Role::Supervisor])]);
        let gaps = team.gaps_of(&order, &facts);
        assert_eq!(told(&gaps), [(Role::Auditor, "Nobody")]);
        assert!(
            gaps[0].waiver().unwrap().starts_with("/work-orders/policies/"),
            "the rules could do without"
        );
        order.assignee = None;
        assert!(team.gaps_of(&order, &facts).is_empty(), "the boss may do it, and the worker verify it");
        let mut controlled = facts.clone();
        controlled.policy.controlled = true;
        let team = Team(vec![mate("author", &[Role::Supervisor, Role::Auditor])]);
        assert_eq!(
            told(&team.gaps_of(&order, &controlled)),
            [(Role::Supervisor, "Nobody"), (Role::Auditor, "Nobody"),]
        );
        let team = Team(vec![mate("editor", &[Role::Supervisor]), mate("mei", &[Role::Auditor])]);
        assert!(team.gaps_of(&order, &controlled).is_empty(), "it is another's plan");
        order.planners.push("editor".to_owned());
        assert_eq!(told(&team.gaps_of(&order, &controlled)), [(Role::Supervisor, "Nobody")]);
        order.planners.clear();
        // Under way, where every supervisor changed the plan since it was approved.
        let who = crate::work_orders::model::Who::from(&samples::person("editor"));
        let change = crate::work_orders::model::PlanChanged {
            by: who,
            at: samples::NOON,
            event: "ev".to_owned(),
            reason: "one more desk".to_owned(),
        };
        for status in [Status::Approved, Status::InProgress, Status::OnHold] {
            order.status = status;
            order.changed_since_approval = vec![change.clone()];
            let gaps = team.gaps_of(&order, &controlled);
            assert_eq!(told(&gaps), [(Role::Supervisor, "Nobody")], "{status:?}");
            assert!(gaps[0].waiver().is_some() && gaps[0].waiver_words().contains("not controlled"));
            assert_eq!(gaps[0].action(), "Invite a supervisor");
            let mut more = team.clone();
            more.0.push(mate("second", &[Role::Supervisor]));
            assert!(more.gaps_of(&order, &controlled).is_empty(), "{status:?}: another one may");
            assert!(
                team.gaps_of(&order, &facts).is_empty(),
                "{status:?}: nor does it wait where nothing is controlled"
            );
        }
        order.status = Status::Closed;
        assert!(team.gaps_of(&order, &controlled).is_empty());
    }
}
