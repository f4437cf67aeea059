//! Budgets of tokens and money, projected from events.

diesel::table! {
    /// What somebody may use in a period, by whose calls it is about.
    budgets (project, budget_id) {
        project -> BigInt,
        budget_id -> Text,
        scope -> Text,
        name -> Text,
        unit -> Text,
        period -> Text,
        zone -> Text,
        amount -> BigInt,
        warn_at -> Text,
        at_end -> Text,
        already_used -> BigInt,
        set_at -> BigInt,
        changed_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}
