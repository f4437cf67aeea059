//! Tables of alerts: how each stands and what happened to it, from events; and when the rules were looked at last, which is primary.

diesel::table! {
    /// Alerts that ever fired, were taken or silenced, as they stand.
    alerts (project, alert_id) {
        project -> BigInt,
        alert_id -> Text,
        rule -> Text,
        subject -> Text,
        firing_since -> Nullable<BigInt>,
        resolved_at -> Nullable<BigInt>,
        value -> BigInt,
        unit -> Text,
        said -> Text,
        taken_at -> Nullable<BigInt>,
        taken_by -> Nullable<Text>,
        taken_name -> Nullable<Text>,
        silenced_at -> Nullable<BigInt>,
        silenced_until -> Nullable<BigInt>,
        silenced_by -> Nullable<Text>,
        silenced_name -> Nullable<Text>,
        silence_reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// What happened to them, one row an event.
    alert_changes (project, event_id) {
        project -> BigInt,
        event_id -> Text,
        alert_id -> Text,
        rule -> Text,
        subject -> Text,
        kind -> Text,
        at -> BigInt,
        by_id -> Text,
        by_name -> Text,
        said -> Text,
        until -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// When the rules of a project were looked at last, what was measured, and what waits until it fires or is over. Primary.
    alert_checks (project) {
        project -> BigInt,
        checked_at -> BigInt,
        measured -> Text,
        watched -> Text,
    }
}
