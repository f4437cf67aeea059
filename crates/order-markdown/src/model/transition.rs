//! The moves between states, by what they do, and what a signature on one of them means.

use serde::{Deserialize, Serialize};

/// A row of the life-cycle table. Events and files keep the row's number, `T1` to `T14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Transition {
    /// Draft to submitted.
    #[serde(rename = "T1")]
    Submit,
    /// Submitted back to draft.
    #[serde(rename = "T2")]
    ReturnToDraft,
    /// Submitted to approved.
    #[serde(rename = "T3")]
    Approve,
    /// Approved to in progress.
    #[serde(rename = "T4")]
    Start,
    /// Approved or in progress to on hold.
    #[serde(rename = "T5")]
    Hold,
    /// On hold to where it was.
    #[serde(rename = "T6")]
    Resume,
    /// Approved back to submitted, because the plan changes.
    #[serde(rename = "T7")]
    TakeBack,
    /// In progress to completed.
    #[serde(rename = "T8")]
    Complete,
    /// Completed back to in progress.
    #[serde(rename = "T9")]
    ReturnForRework,
    /// Completed to verified.
    #[serde(rename = "T10")]
    Verify,
    /// Completed to closed, where the type needs no verification.
    #[serde(rename = "T11")]
    CloseUnverified,
    /// Verified to closed.
    #[serde(rename = "T12")]
    Close,
    /// Verified back to in progress.
    #[serde(rename = "T13")]
    Reopen,
    /// Anything without actuals to cancelled.
    #[serde(rename = "T14")]
    Cancel,
}

/// What a signature means (21 CFR 11.50).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// This may be done.
    Approval,
    /// I did this.
    Performed,
    /// I looked at this and judged it.
    Reviewed,
    /// This is finished.
    Approved,
    /// What one item of the plan says; of no move.
    Item,
}

#[cfg(test)]
mod tests {
    use super::Transition::*;

    #[test]
    fn what_is_stored_keeps_the_numbers_of_the_table() {
        let all = [
            Submit,
            ReturnToDraft,
            Approve,
            Start,
            Hold,
            Resume,
            TakeBack,
            Complete,
            ReturnForRework,
            Verify,
            CloseUnverified,
            Close,
            Reopen,
            Cancel,
        ];
        for (number, transition) in (1..).zip(all) {
            assert_eq!(serde_json::to_value(transition).unwrap(), format!("T{number}"));
        }
    }
}
