//! Who asks for something to be done: known to every action, page and job, and made by the people feature alone.

use super::permission::{self, Action, Column, Grant, Scopes, Tie};
use super::{Actor, ActorKind, Error, ProjectKey, Result, Role, TraceContext};

/// By what somebody is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// A session of a person.
    Session,
    /// An API key, with or without an agent behind it.
    Key(Scopes),
    /// The public half of an API key, which anybody may have.
    PublicKey(Scopes),
    /// The command line on the server's own machine, and set-up.
    Operator,
    /// A rule or a schedule.
    System,
}

/// Who asks, where, as what and from where. What they may do is answered by [`Asker::must`] and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Stamped on the events, with the session and the request.
    pub actor: Actor,
    pub project: ProjectKey,
    pub project_name: String,
    pub roles: Vec<Role>,
    /// The address of the other side; empty where no request came.
    pub address: String,
    way: Way,
    trace: Option<TraceContext>,
}

impl Asker {
    /// An account in a project, as a session or a key made sure of it.
    pub fn account(actor: Actor, project: ProjectKey, roles: Vec<Role>) -> Self {
        Self::by(Way::Session, actor, project, roles)
    }

    /// Whoever has the server itself.
    pub fn operator(project: ProjectKey) -> Self {
        Self::by(Way::Operator, Actor::system(), project, Vec::new())
    }

    /// Tracewright itself, by rule or schedule.
    pub fn system(project: ProjectKey) -> Self {
        Self::by(Way::System, Actor::system(), project, Vec::new())
    }

    /// Whoever holds an API key without an account behind it.
    pub fn key(project: ProjectKey, scopes: Scopes) -> Self {
        Self::by(Way::Key(scopes), Actor::system(), project, Vec::new())
    }

    /// Whoever knows the public half of an API key: a page in a stranger's browser.
    pub fn public_key(project: ProjectKey, scopes: Scopes) -> Self {
        Self::by(Way::PublicKey(scopes), Actor::system(), project, Vec::new())
    }

    fn by(way: Way, actor: Actor, project: ProjectKey, roles: Vec<Role>) -> Self {
        Self { actor, project, project_name: String::new(), roles, address: String::new(), way, trace: None }
    }

    /// The same account, let in by a key.
    #[must_use]
    pub fn with_key(self, scopes: Scopes) -> Self {
        Self { way: Way::Key(scopes), ..self }
    }

    /// The same, with the name of the project for pages.
    #[must_use]
    pub fn in_project_named(self, project_name: String) -> Self {
        Self { project_name, ..self }
    }

    /// The same in another project: a rule and the operator are at home in all, others only in their own.
    pub fn in_project(&self, project: ProjectKey) -> Result<Self> {
        if project != self.project && !matches!(self.way, Way::Operator | Way::System) {
            return Err(Error::Forbidden("this account belongs to another project".into()));
        }
        Ok(Self { project, ..self.clone() })
    }

    /// The same, by one request from one address.
    #[must_use]
    pub fn in_request(mut self, request_id: Option<String>, address: String) -> Self {
        self.actor.request_id = request_id;
        Self { address, ..self }
    }

    /// The same, as part of a trace: what they record under it is linked to it.
    #[must_use]
    pub fn in_trace(self, trace: TraceContext) -> Self {
        Self { trace: Some(trace), ..self }
    }

    /// The trace that this is asked under, if any.
    pub fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// Whether a program with an account of its own asks.
    pub fn is_agent(&self) -> bool {
        self.actor.kind == ActorKind::Agent
    }

    /// The account, or `system`.
    pub fn id(&self) -> &str {
        &self.actor.id
    }

    /// The request this is asked by, if any.
    pub fn request_id(&self) -> Option<&str> {
        self.actor.request_id.as_deref()
    }

    /// Whether it is the command line on the server's own machine, or set-up.
    pub fn is_operator(&self) -> bool {
        self.way == Way::Operator
    }

    /// Whether nothing was shown that is secret: what such a one gives weighs no more than a stranger's word.
    pub fn is_public(&self) -> bool {
        matches!(self.way, Way::PublicKey(_))
    }

    /// Whether a person asks: neither a program nor a rule.
    pub fn is_person(&self) -> bool {
        self.actor.kind == ActorKind::Human && !self.roles.contains(&Role::Agent)
    }

    /// How far a permission reaches, over all records.
    pub fn may(&self, action: Action) -> Grant {
        if self.is_opened(action) { Grant::Any } else { self.granted(action) }
    }

    /// The same by account alone, whatever a key opens.
    fn granted(&self, action: Action) -> Grant {
        self.columns().into_iter().map(|column| column.grant(action)).max().unwrap_or(Grant::Never)
    }

    /// Whether a permission reaches a record they are tied to like this.
    pub fn may_for(&self, action: Action, tie: &Tie) -> bool {
        self.is_opened(action) || self.columns().into_iter().any(|column| column.grant(action).reaches(tie))
    }

    /// Refuses whoever may not do this in the whole project.
    pub fn must(&self, action: Action) -> Result<()> {
        self.must_for(action, &Tie::default())
    }

    /// Refuses whoever may not do this to a record they are tied to like this.
    pub fn must_for(&self, action: Action, tie: &Tie) -> Result<()> {
        if self.may_for(action, tie) { Ok(()) } else { Err(self.refusal(action)) }
    }

    /// Refuses whoever may do this to no record at all: asked before any record is known, of the account alone. What a
    /// key opens, it opens on the routes of keys.
    pub fn must_some(&self, action: Action) -> Result<()> {
        if self.granted(action) > Grant::Never { Ok(()) } else { Err(self.refusal(action)) }
    }

    /// Keys open what their scopes say, whoever stands behind them. Only what takes away is no agent's, whatever its key says:
    /// nobody who did the work takes what shows it away.
    fn is_opened(&self, action: Action) -> bool {
        if self.is_agent() && matches!(action, Action::EraseTraces | Action::DeleteScore) {
            return false;
        }
        matches!(&self.way, Way::Key(scopes) | Way::PublicKey(scopes) if scopes.open(action))
    }

    fn columns(&self) -> Vec<Column> {
        match (&self.way, self.actor.kind) {
            (Way::Operator, _) => vec![Column::Operator],
            (Way::System, _) => vec![Column::System],
            // A program is held to the agent's column whatever roles its account was given.
            (_, ActorKind::Agent) if !self.roles.is_empty() => vec![Column::Role(Role::Agent)],
            (_, ActorKind::Human | ActorKind::Agent) => permission::columns(&self.roles).collect(),
            (_, ActorKind::System) => Vec::new(),
        }
    }

    fn refusal(&self, action: Action) -> Error {
        let refused = self.refused(action);
        if self.actor.kind == ActorKind::Agent {
            return refused.by_rule(permission::rule_of(action), permission::lift_of(action));
        }
        refused
    }

    fn refused(&self, action: Action) -> Error {
        let (what, people) = (action.words(), permission::people_for(action));
        if self.granted(action) > Grant::Never {
            return Error::forbidden(format!("{what} is for {people}, and this one is not yours"));
        }
        if self.actor.kind == ActorKind::Agent {
            return Error::forbidden(format!("a program may not do this: {what} is for {people}"));
        }
        let roles: Vec<&str> = permission::roles_for(action).iter().map(|role| role.as_str()).collect();
        if roles.is_empty() {
            return Error::forbidden(format!("{what} is for {people}"));
        }
        let needed = match roles.as_slice() {
            [one] => format!("the role {one}"),
            [first @ .., last] => format!("one of the roles {} or {last}", first.join(", ")),
            [] => people,
        };
        Error::forbidden(format!("{what} needs {needed}; ask an admin of the project for it"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::permission::Scope;
    use super::*;

    const HERE: ProjectKey = ProjectKey(1);

    fn of_kind(kind: ActorKind, roles: &[Role]) -> Asker {
        let actor = Actor { id: "a".to_owned(), kind, ..Actor::system() };
        Asker::account(actor, HERE, roles.to_vec())
    }

    #[test]
    fn a_program_is_held_to_the_agents_column_whatever_it_was_given() {
        let all = of_kind(ActorKind::Agent, &Role::ALL);
        let agent = of_kind(ActorKind::Agent, &[Role::Agent]);
        let supervising = of_kind(ActorKind::Agent, &[Role::Supervisor]);
        for action in Action::ALL {
            assert_eq!(all.may(action), agent.may(action), "{action:?}");
            assert_eq!(supervising.may(action), agent.may(action), "{action:?}");
        }
        assert_eq!(agent.may(Action::Approve), Grant::Never);
    }

    #[test]
    fn the_furthest_grant_of_several_roles_counts_but_each_for_its_own_records() {
        let both = of_kind(ActorKind::Human, &[Role::Requester, Role::Technician]);
        let given = Tie { is_assignee: true, ..Tie::default() };
        let written = Tie { is_author: true, ..Tie::default() };
        assert!(both.may_for(Action::Tick, &given) && !both.may_for(Action::Tick, &written));
        assert!(both.may_for(Action::Submit, &written) && !both.may_for(Action::Submit, &given));
        assert!(!both.may_for(Action::Tick, &Tie::default()), "nothing known is nothing granted");
    }

    #[test]
    fn a_key_opens_its_scopes_and_no_more() {
        let some = Asker::key(HERE, Scopes(vec![Scope::Scores]));
        assert!(some.must(Action::SendScores).is_ok() && some.must(Action::SendTraces).is_err());
        assert!(some.must(Action::EraseTraces).is_err());
        let all = Asker::key(HERE, Scopes::all());
        assert!(all.must(Action::EraseTraces).is_ok());
        for action in [Action::ManagePeople, Action::ViewOrders, Action::Judge, Action::CreateProject] {
            assert!(all.must(action).is_err(), "{action:?}");
        }
        let agent = of_kind(ActorKind::Agent, &[Role::Agent]).with_key(Scopes::all());
        assert!(agent.must(Action::SendTraces).is_ok() && agent.must(Action::CreateDraft).is_ok());
        for action in [Action::EraseTraces, Action::DeleteScore] {
            let refused = agent.must(action).unwrap_err();
            assert_eq!(refused.refusal().map(|it| it.rule), Some("R37"), "{action:?}: {refused}");
            assert_eq!(agent.may(action), Grant::Never, "{action:?}: with every right");
        }
        let person = of_kind(ActorKind::Human, &[Role::Technician]).with_key(Scopes::all());
        assert!(person.must(Action::EraseTraces).is_ok(), "a person's key does");
        assert!(person.must_some(Action::EraseTraces).is_err(), "but on no page");
    }

    #[test]
    fn operator_and_system_have_columns_of_their_own() {
        assert!(Asker::operator(HERE).must(Action::ManagePeople).is_ok());
        assert!(Asker::operator(HERE).must(Action::Judge).is_err());
        assert!(Asker::system(HERE).must(Action::ManagePeople).is_err());
        assert!(Asker::system(HERE).must(Action::ExtractAtoms).is_ok());
        assert!(
            of_kind(ActorKind::System, &[]).must(Action::ExtractAtoms).is_err(),
            "the kind alone opens nothing"
        );
    }

    #[test]
    fn a_refusal_says_who_may() {
        let words = |asker: &Asker, action| asker.must(action).unwrap_err().to_string();
        let viewer = of_kind(ActorKind::Human, &[Role::Viewer]);
        assert_eq!(
            words(&viewer, Action::Judge),
            "giving verdicts needs the role auditor; ask an admin of the project for it"
        );
        assert_eq!(
            words(&viewer, Action::CreateDraft),
            format!(
                "{} needs one of the roles requester, technician, supervisor, admin or agent; \
                 ask an admin of the project for it",
                Action::CreateDraft.words()
            )
        );
        let technician = of_kind(ActorKind::Human, &[Role::Technician]);
        assert_eq!(
            words(&technician, Action::Tick),
            "ticking is for the technician it is assigned to or a supervisor, and this one is not yours"
        );
        let agent = of_kind(ActorKind::Agent, &[Role::Agent]);
        assert_eq!(
            words(&agent, Action::Judge),
            "a program may not do this: giving verdicts is for an auditor"
        );
        let rule = |asker: &Asker, action| asker.must(action).unwrap_err().refusal().map(|it| it.rule);
        assert_eq!(rule(&agent, Action::Judge), Some("R20"), "programs read the rule");
        assert_eq!(rule(&agent, Action::ManagePeople), Some("R37"));
        assert_eq!(rule(&viewer, Action::Judge), None, "people read the words");
        assert_eq!(
            words(&viewer, Action::CreateProject),
            "creating a project is for the operator of this server"
        );
    }
}
