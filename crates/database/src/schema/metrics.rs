//! Tables of metrics: sums by hour, the hours whose sums are to be made anew, and the series of the fleet.

diesel::table! {
    /// Sums of observations by the hour of their start.
    observation_hours (project, start_at) {
        project -> BigInt,
        start_at -> BigInt,
        environment -> Nullable<Text>,
        kind -> Nullable<Text>,
        name -> Nullable<Text>,
        level -> Nullable<Text>,
        version -> Nullable<Text>,
        model -> Nullable<Text>,
        provider -> Nullable<Text>,
        agent -> Nullable<Text>,
        persona -> Nullable<Text>,
        tenant -> Nullable<Text>,
        workflow -> Nullable<Text>,
        stage -> Nullable<Text>,
        n -> Nullable<BigInt>,
        input -> Nullable<BigInt>,
        output -> Nullable<BigInt>,
        cost -> Nullable<BigInt>,
        cost_n -> Nullable<BigInt>,
        input_cost -> Nullable<BigInt>,
        output_cost -> Nullable<BigInt>,
        parts_n -> Nullable<BigInt>,
        took -> Nullable<BigInt>,
        took_n -> Nullable<BigInt>,
        took_min -> Nullable<BigInt>,
        took_max -> Nullable<BigInt>,
        waited -> Nullable<BigInt>,
        waited_n -> Nullable<BigInt>,
        streamed -> Nullable<BigInt>,
        streamed_n -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Sums of traces by the hour of their start.
    trace_hours (project, start_at) {
        project -> BigInt,
        start_at -> BigInt,
        environment -> Nullable<Text>,
        name -> Nullable<Text>,
        level -> Nullable<Text>,
        version -> Nullable<Text>,
        release -> Nullable<Text>,
        tenant -> Nullable<Text>,
        n -> Nullable<BigInt>,
        observations -> Nullable<BigInt>,
        input -> Nullable<BigInt>,
        output -> Nullable<BigInt>,
        cost -> Nullable<BigInt>,
        took -> Nullable<BigInt>,
        took_min -> Nullable<BigInt>,
        took_max -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Sums of model calls by the hour of their trace's start.
    call_hours (project, start_at) {
        project -> BigInt,
        start_at -> BigInt,
        environment -> Nullable<Text>,
        name -> Nullable<Text>,
        model -> Nullable<Text>,
        n -> Nullable<BigInt>,
        traces -> Nullable<BigInt>,
        input -> Nullable<BigInt>,
        output -> Nullable<BigInt>,
        cost -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Hours that changed since their sums were made.
    metric_marks (id) {
        id -> BigInt,
        project -> BigInt,
        start_at -> BigInt,
        marked_at -> BigInt,
        is_wide -> Bool,
    }
}

diesel::table! {
    /// What is still to be added to the series: rows that are only put in.
    series_deltas (id) {
        id -> BigInt,
        project -> BigInt,
        hour -> BigInt,
        metric -> SmallInt,
        labels -> Text,
        n -> BigInt,
        sum -> BigInt,
        figures -> Nullable<Text>,
    }
}

diesel::table! {
    /// Series by steps of time: `hours` says of how many, and is 0 for all time.
    series_sums (project, metric, hours, start_at, labels) {
        project -> BigInt,
        metric -> SmallInt,
        hours -> SmallInt,
        start_at -> BigInt,
        labels -> Text,
        n -> BigInt,
        sum -> BigInt,
        figures -> Nullable<Text>,
    }
}

diesel::table! {
    /// A number that is drawn anew whenever the sums of a step change.
    series_revisions (project, metric, hours, start_at) {
        project -> BigInt,
        metric -> SmallInt,
        hours -> SmallInt,
        start_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    /// What readers of metrics were told last of what is measured from traces.
    scrape_told (metric) {
        metric -> Text,
        revision -> BigInt,
        told -> Text,
    }
}
