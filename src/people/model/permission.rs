//! The permission table: role by verb.
//!
//! Admin is no superset of anything: admins manage the system, not the records. Agents never sign, approve, judge,
//! verify or close. What a grant leaves open (is it mine, am I a performer) is answered by the feature that
//! knows the record.

use crate::foundation::Role;

/// A verb somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See work orders.
    ViewOrders,
    /// Create a draft, or a request.
    CreateDraft,
    /// Change the plan before it is approved.
    EditPlan,
    /// Approve a submitted order.
    Approve,
    /// Cancel an order.
    Cancel,
    /// Say who does it.
    Assign,
    /// Tick a step or item.
    Tick,
    /// Write into the work log, comment.
    Note,
    /// Attach evidence or link a trace.
    AddEvidence,
    /// Book labour time.
    RecordLabour,
    /// Book parts and materials.
    RecordParts,
    /// Take back one's own tick.
    UndoOwnTick,
    /// Take back somebody else's tick, with a reason.
    UndoOthersTick,
    /// Declare an order completed.
    Complete,
    /// Sign that the work was performed.
    SignPerformed,
    /// Give a verdict on a claim. The one who did the work is refused by the order itself.
    Judge,
    /// Answer an exception.
    AnswerException,
    /// Move an order to verified and sign the review.
    Verify,
    /// Send completed work back.
    ReturnForRework,
    /// Close an order.
    Close,
    /// Read the full audit trail.
    ReadTrail,
    /// Export the evidence bundle.
    ExportBundle,
    /// Manage accounts, roles, keys and policy.
    ManagePeople,
    /// Manage templates.
    ManageTemplates,
    /// Send traces in, by key.
    IngestTraces,
}

impl Action {
    /// Every verb, in the order of the table.
    pub const ALL: [Self; 25] = [
        Self::ViewOrders,
        Self::CreateDraft,
        Self::EditPlan,
        Self::Approve,
        Self::Cancel,
        Self::Assign,
        Self::Tick,
        Self::Note,
        Self::AddEvidence,
        Self::RecordLabour,
        Self::RecordParts,
        Self::UndoOwnTick,
        Self::UndoOthersTick,
        Self::Complete,
        Self::SignPerformed,
        Self::Judge,
        Self::AnswerException,
        Self::Verify,
        Self::ReturnForRework,
        Self::Close,
        Self::ReadTrail,
        Self::ExportBundle,
        Self::ManagePeople,
        Self::ManageTemplates,
        Self::IngestTraces,
    ];
}

/// How far a permission reaches; the larger one wins when somebody holds several roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Not at all.
    Never,
    /// Records they created or are assigned to, directly or by team.
    Own,
    /// Where the policy of the order's type says so.
    IfPolicy,
    /// Any record of the project.
    Any,
}

/// What somebody holding these roles may do: the furthest-reaching grant among them.
///
/// An agent is held to the agent's column whatever else it was given.
pub fn may(roles: &[Role], action: Action) -> Grant {
    if roles.contains(&Role::Agent) {
        return agent(action);
    }
    roles.iter().map(|role| grant(*role, action)).max().unwrap_or(Grant::Never)
}

fn grant(role: Role, action: Action) -> Grant {
    match role {
        Role::Viewer => viewer(action),
        Role::Requester => requester(action),
        Role::Technician => technician(action),
        Role::Supervisor => supervisor(action),
        Role::Auditor => auditor(action),
        Role::Admin => admin(action),
        Role::Agent => agent(action),
    }
}

fn viewer(action: Action) -> Grant {
    if action == Action::ViewOrders { Grant::Any } else { Grant::Never }
}

fn requester(action: Action) -> Grant {
    match action {
        Action::ViewOrders | Action::CreateDraft | Action::EditPlan => Grant::Own,
        _ => Grant::Never,
    }
}

fn technician(action: Action) -> Grant {
    match action {
        Action::CreateDraft => Grant::Any,
        Action::ViewOrders
        | Action::EditPlan
        | Action::Tick
        | Action::Note
        | Action::AddEvidence
        | Action::RecordLabour
        | Action::RecordParts
        | Action::UndoOwnTick
        | Action::Complete
        | Action::SignPerformed
        | Action::ReadTrail
        | Action::ExportBundle => Grant::Own,
        _ => Grant::Never,
    }
}

fn supervisor(action: Action) -> Grant {
    match action {
        Action::Complete | Action::SignPerformed => Grant::Own,
        Action::Judge
        | Action::AnswerException
        | Action::Verify
        | Action::ManagePeople
        | Action::IngestTraces => Grant::Never,
        _ => Grant::Any,
    }
}

fn auditor(action: Action) -> Grant {
    match action {
        Action::ViewOrders
        | Action::Judge
        | Action::AnswerException
        | Action::Verify
        | Action::ReturnForRework
        | Action::ReadTrail
        | Action::ExportBundle => Grant::Any,
        Action::Close => Grant::IfPolicy,
        _ => Grant::Never,
    }
}

fn admin(action: Action) -> Grant {
    match action {
        Action::ViewOrders
        | Action::CreateDraft
        | Action::ReadTrail
        | Action::ManagePeople
        | Action::ManageTemplates => Grant::Any,
        _ => Grant::Never,
    }
}

fn agent(action: Action) -> Grant {
    match action {
        Action::ViewOrders
        | Action::CreateDraft
        | Action::EditPlan
        | Action::Tick
        | Action::Note
        | Action::AddEvidence
        | Action::IngestTraces => Grant::Own,
        _ => Grant::Never,
    }
}

#[cfg(test)]
#[path = "permission_test.rs"]
mod tests;
