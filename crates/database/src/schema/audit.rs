//! Tables of audit: links, pins, claims, verdicts. All projected from events.

diesel::table! {
    /// A trace or observation linked to an order or a part of it.
    links (project, link_id) {
        project -> BigInt,
        link_id -> Text,
        order_id -> Text,
        target_kind -> Text,
        target_id -> Text,
        trace_id -> Text,
        observation_id -> Text,
        how -> Text,
        matched -> Text,
        by_id -> Text,
        by_kind -> Text,
        by_name -> Text,
        at -> BigInt,
        event_id -> Text,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Which revision of which observation somebody relied on.
    pins (project, order_id, trace_id, observation_id, revision) {
        project -> BigInt,
        order_id -> Text,
        trace_id -> Text,
        observation_id -> Text,
        revision -> Binary,
        pinned_at -> BigInt,
        event_id -> Text,
    }
}

diesel::table! {
    /// Statements that can be judged.
    claims (project, claim_id) {
        project -> BigInt,
        claim_id -> Text,
        order_id -> Text,
        target_kind -> Text,
        target_id -> Text,
        position -> Integer,
        place -> Text,
        statement -> Text,
        context -> Text,
        materiality -> Integer,
        author_id -> Text,
        author_kind -> Text,
        author_name -> Text,
        made_at -> Nullable<BigInt>,
        unattested -> Bool,
        withdrawn_at -> Nullable<BigInt>,
        standing -> Text,
        unclaimed -> Bool,
        step_id -> Text,
        has_file -> Bool,
        has_link -> Bool,
    }
}

diesel::table! {
    /// Somebody's judgement of a claim.
    verdicts (project, verdict_id) {
        project -> BigInt,
        verdict_id -> Text,
        claim_id -> Text,
        order_id -> Text,
        outcome -> Text,
        relation -> Text,
        judge_id -> Text,
        judge_name -> Text,
        at -> BigInt,
        event_id -> Text,
        superseded_by -> Nullable<Text>,
        record -> Text,
    }
}

diesel::table! {
    /// Places that traces name and that are not there.
    unknown_places (project, trace_id, named) {
        project -> BigInt,
        trace_id -> Text,
        named -> Text,
        why -> Text,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(claims, verdicts, links, pins);

use super::trace_tables::traces;
diesel::allow_tables_to_appear_in_same_query!(links, traces);

use super::work_orders::orders;
diesel::allow_tables_to_appear_in_same_query!(claims, orders);
