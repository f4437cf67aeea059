//! Tables of work orders: one row for lists and look-ups per order, and the numbers given out.

diesel::table! {
    /// One row per order, folded from its events. Projected.
    orders (project, order_id) {
        project -> BigInt,
        order_id -> Text,
        number -> Text,
        title -> Text,
        order_type -> Text,
        priority -> Text,
        status -> Text,
        assignee_account -> Nullable<Text>,
        assignee_name -> Text,
        assignee_code -> Text,
        asset_name -> Text,
        asset_tag -> Text,
        owner -> Nullable<Text>,
        due_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        steps_done -> BigInt,
        steps -> BigInt,
        items_done -> BigInt,
        items -> BigInt,
        findings -> BigInt,
        version -> BigInt,
        source -> Nullable<Binary>,
        search -> Text,
        steps_failed -> BigInt,
        steps_flagged -> BigInt,
        items_failed -> BigInt,
        open_until -> Nullable<BigInt>,
        plan_changes -> BigInt,
        hold_code -> Text,
        hold_reason -> Text,
        asset_key -> Text,
        procedure_id -> Nullable<Text>,
        procedure_version -> Nullable<BigInt>,
        claimed_by -> Nullable<Text>,
        claimed_until -> Nullable<BigInt>,
        accountable -> Nullable<Text>,
        open_questions -> BigInt,
        assignee_kind -> Text,
    }
}

diesel::table! {
    /// The last number given out per year. Projected.
    order_numbers (project, year) {
        project -> BigInt,
        year -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    /// What a project has decided about the orders of a type. Projected.
    order_policies (project, order_type) {
        project -> BigInt,
        order_type -> Text,
        controlled -> Bool,
        verification_waived -> Bool,
        closers -> Text,
        closer_not_verifier -> Bool,
        evidence_required -> Bool,
        min_reason -> Integer,
        approval_signed -> Bool,
    }
}

diesel::table! {
    /// Timers that run. Projected.
    running_timers (project, account_id, timer_id) {
        project -> BigInt,
        account_id -> Text,
        timer_id -> Text,
        order_id -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    /// Who is spoken to, and whether they answered. Projected.
    mentions (project, account_id, order_id, entry_id) {
        project -> BigInt,
        account_id -> Text,
        order_id -> Text,
        entry_id -> Text,
        by_id -> Text,
        at -> BigInt,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// When somebody opened what was put to them.
    mentions_read (project, account_id, order_id, entry_id) {
        project -> BigInt,
        account_id -> Text,
        order_id -> Text,
        entry_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// What amounts of a project are in. Projected.
    project_currency (project) {
        project -> BigInt,
        code -> Text,
    }
}

diesel::table! {
    /// When what happened to an order, and what else figures count. Projected.
    order_milestones (project, order_id) {
        project -> BigInt,
        order_id -> Text,
        order_type -> Text,
        type_class -> Text,
        asset_key -> Text,
        assignee -> Text,
        is_imported -> Bool,
        made_at -> BigInt,
        due_at -> Nullable<BigInt>,
        approved_at -> Nullable<BigInt>,
        completed_at -> Nullable<BigInt>,
        verified_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        cancelled_at -> Nullable<BigInt>,
        taken_up -> BigInt,
        followed_up_at -> Nullable<BigInt>,
        labour_seconds -> BigInt,
        time_corrected -> BigInt,
        estimate_minutes -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// How long somebody works on each day of the week, from a day on. Projected.
    working_hours (project, account_id, from_day) {
        project -> BigInt,
        account_id -> Text,
        from_day -> Text,
        monday -> BigInt,
        tuesday -> BigInt,
        wednesday -> BigInt,
        thursday -> BigInt,
        friday -> BigInt,
        saturday -> BigInt,
        sunday -> BigInt,
    }
}

diesel::table! {
    /// Days on which nobody works. Projected.
    holidays (project, on_day) {
        project -> BigInt,
        on_day -> Text,
        name -> Text,
    }
}

diesel::table! {
    /// Days on which somebody does not work. Projected.
    absences (project, absence_id) {
        project -> BigInt,
        absence_id -> Text,
        account_id -> Text,
        first_day -> Text,
        last_day -> Text,
    }
}

diesel::table! {
    /// What devices kept while they had no network, with the answer each entry was given. Primary.
    queued_entries (project, account_id, entry_id) {
        project -> BigInt,
        account_id -> Text,
        entry_id -> Text,
        order_id -> Text,
        entry -> Text,
        claimed_at -> BigInt,
        received_at -> BigInt,
        outcome -> Text,
        answer -> Text,
        standing -> Text,
        settled_at -> Nullable<BigInt>,
        settled_how -> Text,
    }
}

diesel::table! {
    /// Requests that programs gave a name, with the answer each was given. Primary.
    api_requests (project, account_id, request_key) {
        project -> BigInt,
        account_id -> Text,
        request_key -> Text,
        digest -> Binary,
        begun_at -> BigInt,
        status -> Nullable<Integer>,
        location -> Text,
        body -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(mentions, mentions_read);
