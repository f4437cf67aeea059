//! The permission table itself: one row a verb, one column a role.

use super::Action;
use super::Grant::{self, Answers, Any, Assignee, Author, Draft, IfPolicy, Never, Own};

/// Viewer, requester, technician, supervisor, auditor, admin, agent, operator, system; roles as in `Role::ALL`.
pub(super) type Row = [Grant; 9];

/// Where the operator's column stands.
pub(super) const OPERATOR: usize = 7;
/// Where the system's column stands.
pub(super) const SYSTEM: usize = 8;

/// The row of a verb.
#[rustfmt::skip]
pub(super) const fn row(action: Action) -> Row {
    match action {
        //                               viewer  requester technician supervisor auditor admin agent operator system
        Action::ViewOrders             => [Any,    Own,    Own,      Any,     Any,      Any,    Own,      Any,   Never],
        Action::CreateDraft            => [Never,  Any,    Any,      Any,     Never,    Any,    Any,      Any,   Never],
        Action::EditPlan               => [Never,  Draft,  Draft,    Any,     Never,    Never,  Draft,    Never, Never],
        Action::Submit                 => [Never,  Author, Author,   Any,     Never,    Author, Never,    Never, Never],
        Action::ReturnPlan             => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::Approve                => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::Assign                 => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Any,   Never],
        Action::SetWeight              => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::LetPass                => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::Amend                  => [Never,  Never,  Never,    Any,     Any,      Never,  Never,    Never, Never],
        Action::Run                    => [Never,  Never,  Assignee, Any,     Never,    Never,  Assignee, Never, Never],
        Action::Tick                   => [Never,  Never,  Assignee, Any,     Never,    Never,  Assignee, Never, Never],
        Action::SkipStep               => [Never,  Never,  Assignee, Any,     Never,    Never,  Never,    Never, Never],
        Action::ClaimWork              => [Never,  Never,  Never,    Never,   Never,    Never,  Assignee, Never, Never],
        Action::StopAgent              => [Assignee, Assignee, Assignee, Any, Assignee, Assignee, Never, Never, Never],
        Action::AnswerQuestion         => [Assignee, Assignee, Assignee, Any, Assignee, Assignee, Never, Never, Never],
        Action::Attest                 => [Never,  Never,  Assignee, Any,     Never,    Never,  Never,    Never, Never],
        Action::AcknowledgeSafety      => [Never,  Never,  Assignee, Any,     Never,    Never,  Assignee, Never, Never],
        Action::Log                    => [Never,  Never,  Assignee, Any,     Never,    Never,  Assignee, Never, Never],
        Action::Comment                => [Never,  Author, Own,      Any,     Any,      Never,  Own,      Never, Never],
        Action::UndoOwnTick            => [Never,  Never,  Assignee, Any,     Never,    Never,  Assignee, Never, Never],
        Action::UndoOthersTick         => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::KeepOwnAnswer          => [Never,  Never,  Assignee, Any,     Never,    Never,  Never,    Never, Never],
        Action::SettleQueued           => [Never,  Author, Author,   Author,  Author,   Never,  Author,   Never, Never],
        Action::Complete               => [Never,  Never,  Assignee, Answers, Never,    Never,  Never,    Never, Never],
        Action::ReturnForRework        => [Never,  Never,  Never,    Any,     Any,      Never,  Never,    Never, Never],
        Action::Verify                 => [Never,  Never,  Never,    Never,   Any,      Never,  Never,    Never, Never],
        Action::Close                  => [Never,  Never,  Never,    Any,     IfPolicy, Never,  Never,    Never, Never],
        Action::CloseUnverified        => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::Reopen                 => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::Cancel                 => [Never,  Draft,  Draft,    Any,     Never,    Draft,  Never,    Never, Never],
        Action::AddEvidence            => [Never,  Never,  Own,      Any,     Any,      Never,  Own,      Never, Never],
        Action::PinEvidence            => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Never, Any],
        Action::StateClaim             => [Never,  Never,  Own,      Any,     Any,      Never,  Own,      Never, Never],
        Action::WithdrawStatement      => [Never,  Never,  Author,   Author,  Author,   Never,  Author,   Never, Never],
        Action::WeighStatement         => [Never,  Never,  Never,    Any,     Any,      Never,  Never,    Never, Never],
        Action::Judge                  => [Never,  Never,  Never,    Never,   Any,      Never,  Never,    Never, Never],
        Action::AnswerException        => [Never,  Never,  Never,    Any,     Any,      Never,  Never,    Never, Never],
        Action::ExportBundle           => [Never,  Never,  Assignee, Any,     Any,      Never,  Never,    Any,   Never],
        Action::ExtractAtoms           => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Never, Any],
        Action::SetTrustPolicy         => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Any,   Any],
        Action::SetOrderPolicy         => [Never,  Never,  Never,    Never,   Never,    Any,    Never,    Any,   Never],
        Action::SetWorkingHours        => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Never, Never],
        Action::ViewFigures            => [Any,    Never,  Never,    Any,     Any,      Any,    Never,    Any,   Never],
        Action::ViewAssets             => [Any,    Any,    Any,      Any,     Any,      Any,    Any,      Any,   Never],
        Action::KeepAssets             => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Never],
        Action::ReadMeter              => [Never,  Never,  Any,      Any,     Never,    Never,  Any,      Never, Never],
        Action::ViewProcedures         => [Any,    Any,    Any,      Any,     Any,      Any,    Any,      Any,   Never],
        Action::WriteProcedure         => [Never,  Never,  Any,      Any,     Never,    Any,    Any,      Never, Never],
        Action::SubmitProcedure        => [Never,  Never,  Any,      Any,     Never,    Any,    Never,    Never, Never],
        Action::ApproveProcedure       => [Never,  Never,  Never,    Any,     Never,    Never,  Never,    Never, Never],
        Action::RetireProcedure        => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Never, Never],
        Action::KeepSchedules          => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Never, Never],
        Action::MakeScheduledOrder     => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Never, Any],
        Action::ReadLedger             => [Never,  Never,  Never,    Any,     Any,      Any,    Never,    Any,   Never],
        Action::ReadInstallationLedger => [Never,  Never,  Never,    Never,   Never,    Any,    Never,    Any,   Never],
        Action::CreateProject          => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Any,   Never],
        Action::ManagePeople           => [Never,  Never,  Never,    Never,   Never,    Any,    Never,    Any,   Never],
        Action::ManageSources          => [Never,  Never,  Never,    Never,   Never,    Any,    Never,    Any,   Never],
        Action::KeepJobs               => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Never],
        Action::KeepInstallationJobs   => [Never,  Never,  Never,    Never,   Never,    Any,    Never,    Any,   Never],
        Action::ChangePrices           => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Never],
        Action::ChangeSharedPrices     => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Any,   Any],
        Action::Reprice                => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Any],
        Action::SetPrivacy             => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Never],
        Action::EraseTraces            => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Any,   Never],
        Action::Retain                 => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Never, Any],
        Action::RemoveErased           => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Never, Any],
        Action::ChangeSavedFilter      => [Author, Author, Author,   Author,  Author,   Any,    Author,   Never, Never],
        Action::ShareView              => [Never,  Never,  Never,    Any,     Never,    Any,    Never,    Never, Never],
        Action::SendTraces
        | Action::SendScores
        | Action::DeleteScore
        | Action::ReadApi              => [Never,  Never,  Never,    Never,   Never,    Never,  Never,    Any,   Any],
    }
}
