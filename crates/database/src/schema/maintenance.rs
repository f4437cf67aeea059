//! Tables of procedures with their versions and of schedules with their days. All are projected from events; the texts of versions
//! stand in the events alone.

diesel::table! {
    /// Templates of work orders.
    procedures (project, procedure_id) {
        project -> BigInt,
        procedure_id -> Text,
        code -> Text,
        sequence -> BigInt,
        title -> Text,
        search -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        retired_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    /// Versions of procedures, as they stand.
    procedure_versions (project, procedure_id, number) {
        project -> BigInt,
        procedure_id -> Text,
        number -> BigInt,
        state -> Text,
        order_type -> Text,
        author -> Text,
        author_name -> Text,
        by_agent -> Bool,
        digest -> Binary,
        changed_at -> BigInt,
        effective_from -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(procedures, procedure_versions);

diesel::table! {
    /// Schedules that make orders from procedures.
    order_schedules (project, schedule_id) {
        project -> BigInt,
        schedule_id -> Text,
        code -> Text,
        sequence -> BigInt,
        procedure_id -> Text,
        state -> Text,
        until_day -> Nullable<Text>,
        why -> Text,
        asset_tag -> Text,
        assignee_name -> Text,
        waits_for -> Nullable<Text>,
        next_day -> Nullable<Text>,
        wake_at -> Nullable<BigInt>,
        made -> BigInt,
        last_number -> Text,
        terms -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    /// Days of schedules that are settled: an order was made for them, they were missed, or skipped.
    order_schedule_days (project, schedule_id, day) {
        project -> BigInt,
        schedule_id -> Text,
        day -> Text,
        what -> Text,
        order_id -> Nullable<Text>,
    }
}
