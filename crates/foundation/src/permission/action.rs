//! The verbs of the product: whatever somebody may be refused.

/// A verb somebody wants to do. Each is asked somewhere; a test finds the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    ViewOrders,
    /// Write a new order, or bring one in from a file.
    CreateDraft,
    EditPlan,
    Submit,
    /// Return a plan to its author, or take an approved one back.
    ReturnPlan,
    /// Approve a submitted plan and sign it.
    Approve,
    /// Say who does the work.
    Assign,
    /// Say how much the claim of a step, item or criterion weighs.
    SetWeight,
    /// Let work go on past a checkpoint that is not done, or past what holds it up otherwise, with a reason.
    LetPass,
    /// Add to the record of an order that has ended.
    Amend,
    /// Start the work, put it on hold, resume it.
    Run,
    /// Tick a step, item or criterion, or mark a step failed or flagged.
    Tick,
    SkipStep,
    /// Take an order on for a while, as an agent, under the answer of a person.
    ClaimWork,
    /// Stop an agent on an order, and let it on again.
    StopAgent,
    /// Answer what was asked about an order.
    AnswerQuestion,
    /// Vouch for a tick that came in with a file.
    Attest,
    AcknowledgeSafety,
    Log,
    Comment,
    UndoOwnTick,
    /// Take back somebody else's tick, with a reason.
    UndoOthersTick,
    /// Put one's own answer, made without a network, in the place of another's, with a reason.
    KeepOwnAnswer,
    /// Send what one's device kept without a network, and say what becomes of it where it was not taken.
    SettleQueued,
    /// Declare the work completed and sign that it was performed.
    Complete,
    ReturnForRework,
    /// Move an order to verified and sign the review.
    Verify,
    /// Close a verified order and sign.
    Close,
    /// Close an order whose type waives verification.
    CloseUnverified,
    Reopen,
    Cancel,
    /// Link a trace to an order, or take a link away.
    AddEvidence,
    /// Pin what linked traces hold once nothing is added to them.
    PinEvidence,
    /// State a claim from the words of a trace.
    StateClaim,
    WithdrawStatement,
    /// Say how much a stated claim matters.
    WeighStatement,
    /// Give a verdict on a claim. The one who did the work is refused by the claim itself.
    Judge,
    AnswerException,
    /// Take the evidence of an order out as a bundle.
    ExportBundle,
    /// Take atoms out of the words of a verdict.
    ExtractAtoms,
    /// Put a trust policy in force.
    SetTrustPolicy,
    /// Decide what holds for orders of a type.
    SetOrderPolicy,
    /// Say when people work: hours, holidays, absences.
    SetWorkingHours,
    /// See figures and workload of the whole project, which count orders of everybody.
    ViewFigures,
    /// See the assets of the project; which orders of theirs, says [`Self::ViewOrders`].
    ViewAssets,
    /// Register, change, move and retire assets, and say which meters they have.
    KeepAssets,
    /// Write down what a meter shows.
    ReadMeter,
    ViewProcedures,
    /// Write the draft of a version of a procedure, or of a new one.
    WriteProcedure,
    /// Ask for the review of a version, or take it away again.
    SubmitProcedure,
    /// Put a version of a procedure in use from a day on, or send it back.
    ApproveProcedure,
    /// Say that no more orders are made from a procedure, or that they are again.
    RetireProcedure,
    /// Set up, change, pause, resume and end schedules, which make orders from procedures.
    KeepSchedules,
    /// Make the order of a schedule whose day has come.
    MakeScheduledOrder,
    /// Read the ledger of the project.
    ReadLedger,
    /// Read the installation's own part of the ledger: accounts, keys, sign-ins.
    ReadInstallationLedger,
    CreateProject,
    /// Manage accounts, roles and keys.
    ManagePeople,
    /// Add, remove and pull servers to read from.
    ManageSources,
    /// Look after jobs and schedules of the project.
    KeepJobs,
    /// Look after jobs and schedules of the installation.
    KeepInstallationJobs,
    /// Import tables of prices, or say what a model costs here.
    ChangePrices,
    /// Import a table of prices that holds for every project.
    ChangeSharedPrices,
    Reprice,
    /// Say what is masked and how long traces are kept.
    SetPrivacy,
    /// Erase traces and users.
    EraseTraces,
    /// Erase what is older than its project keeps.
    Retain,
    /// Remove the bytes that nothing speaks of any more.
    RemoveErased,
    /// Change or delete a kept filter.
    ChangeSavedFilter,
    /// Keep a view of the list of orders for everybody in the project.
    ShareView,
    /// Send traces and media.
    SendTraces,
    SendScores,
    DeleteScore,
    ReadApi,
}

impl Action {
    /// Every verb, in the order of the table.
    pub const ALL: [Self; 74] = [
        Self::ViewOrders,
        Self::CreateDraft,
        Self::EditPlan,
        Self::Submit,
        Self::ReturnPlan,
        Self::Approve,
        Self::Assign,
        Self::SetWeight,
        Self::LetPass,
        Self::Amend,
        Self::Run,
        Self::Tick,
        Self::SkipStep,
        Self::ClaimWork,
        Self::StopAgent,
        Self::AnswerQuestion,
        Self::Attest,
        Self::AcknowledgeSafety,
        Self::Log,
        Self::Comment,
        Self::UndoOwnTick,
        Self::UndoOthersTick,
        Self::KeepOwnAnswer,
        Self::SettleQueued,
        Self::Complete,
        Self::ReturnForRework,
        Self::Verify,
        Self::Close,
        Self::CloseUnverified,
        Self::Reopen,
        Self::Cancel,
        Self::AddEvidence,
        Self::PinEvidence,
        Self::StateClaim,
        Self::WithdrawStatement,
        Self::WeighStatement,
        Self::Judge,
        Self::AnswerException,
        Self::ExportBundle,
        Self::ExtractAtoms,
        Self::SetTrustPolicy,
        Self::SetOrderPolicy,
        Self::SetWorkingHours,
        Self::ViewFigures,
        Self::ViewAssets,
        Self::KeepAssets,
        Self::ReadMeter,
        Self::ViewProcedures,
        Self::WriteProcedure,
        Self::SubmitProcedure,
        Self::ApproveProcedure,
        Self::RetireProcedure,
        Self::KeepSchedules,
        Self::MakeScheduledOrder,
        Self::ReadLedger,
        Self::ReadInstallationLedger,
        Self::CreateProject,
        Self::ManagePeople,
        Self::ManageSources,
        Self::KeepJobs,
        Self::KeepInstallationJobs,
        Self::ChangePrices,
        Self::ChangeSharedPrices,
        Self::Reprice,
        Self::SetPrivacy,
        Self::EraseTraces,
        Self::Retain,
        Self::RemoveErased,
        Self::ChangeSavedFilter,
        Self::ShareView,
        Self::SendTraces,
        Self::SendScores,
        Self::DeleteScore,
        Self::ReadApi,
    ];

    /// What is done, for a refusal: "giving verdicts".
    pub fn words(self) -> &'static str {
        match self {
            Self::ViewOrders => "seeing work orders",
            Self::CreateDraft => "writing work orders",
            Self::EditPlan => "changing a plan",
            Self::Submit => "submitting a plan",
            Self::ReturnPlan => "returning a plan",
            Self::Approve => "approving a plan",
            Self::Assign => "assigning work",
            Self::SetWeight => "weighing claims",
            Self::LetPass => "letting work pass a checkpoint",
            Self::Amend => "amending an order that has ended",
            Self::Run => "starting and holding work",
            Self::Tick => "ticking",
            Self::SkipStep => "saying that a step does not apply",
            Self::ClaimWork => "claiming work",
            Self::StopAgent => "stopping an agent",
            Self::AnswerQuestion => "answering a question",
            Self::Attest => "attesting a tick",
            Self::AcknowledgeSafety => "acknowledging safety notes",
            Self::Log => "writing the work log",
            Self::Comment => "commenting",
            Self::UndoOwnTick => "taking back a tick",
            Self::UndoOthersTick => "taking back somebody else's tick",
            Self::KeepOwnAnswer => "keeping one's own answer in place of another's",
            Self::SettleQueued => "deciding about what one's device kept",
            Self::Complete => "completing work",
            Self::ReturnForRework => "returning work",
            Self::Verify => "verifying work",
            Self::Close | Self::CloseUnverified => "closing an order",
            Self::Reopen => "opening an order again",
            Self::Cancel => "cancelling an order",
            Self::AddEvidence => "linking evidence",
            Self::PinEvidence => "pinning evidence",
            Self::StateClaim => "stating a claim",
            Self::WithdrawStatement => "withdrawing a statement",
            Self::WeighStatement => "weighing a stated claim",
            Self::Judge => "giving verdicts",
            Self::AnswerException => "answering exceptions",
            Self::ExportBundle => "taking evidence out",
            Self::ExtractAtoms => "extracting knowledge",
            Self::SetTrustPolicy => "setting the trust policy",
            Self::SetOrderPolicy => "deciding what holds for orders of a type",
            Self::SetWorkingHours => "saying when people work",
            Self::ViewFigures => "seeing figures of the whole project",
            Self::ViewAssets => "seeing assets",
            Self::KeepAssets => "keeping the list of assets",
            Self::ReadMeter => "reading meters",
            Self::ViewProcedures => "seeing procedures",
            Self::WriteProcedure => "writing procedures",
            Self::SubmitProcedure => "submitting a version of a procedure",
            Self::ApproveProcedure => "approving a version of a procedure",
            Self::RetireProcedure => "retiring a procedure",
            Self::KeepSchedules => "keeping schedules",
            Self::MakeScheduledOrder => "making the order of a schedule",
            Self::ReadLedger => "reading the ledger",
            Self::ReadInstallationLedger => "reading the ledger of the installation",
            Self::CreateProject => "creating a project",
            Self::ManagePeople => "managing accounts, roles and keys",
            Self::ManageSources => "managing sources",
            Self::KeepJobs => "looking after jobs",
            Self::KeepInstallationJobs => "looking after the jobs of the installation",
            Self::ChangePrices => "changing prices",
            Self::ChangeSharedPrices => "changing everybody's prices",
            Self::Reprice => "pricing calls again",
            Self::SetPrivacy => "setting the privacy policy",
            Self::EraseTraces | Self::Retain => "erasing traces",
            Self::RemoveErased => "removing erased bytes",
            Self::ChangeSavedFilter => "changing a kept filter",
            Self::ShareView => "sharing a view",
            Self::SendTraces => "sending traces",
            Self::SendScores => "sending scores",
            Self::DeleteScore => "deleting scores",
            Self::ReadApi => "reading through the API",
        }
    }
}
