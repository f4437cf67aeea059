//! How the events become rows of `working_hours`, `holidays` and `absences`.

use diesel::prelude::*;

use crate::db::schema::{absences, holidays, working_hours};
use crate::db::{AnyConnection, Tx};
use crate::foundation::Result;
use crate::ledger::Event;

use super::events::{
    ABSENCE_SET, ABSENCE_TAKEN_AWAY, Absence, HOLIDAY_SET, HOLIDAY_TAKEN_AWAY, HOURS_SET, Holiday, HoursSet,
};

/// Puts what the event says into its row, or takes the row away.
pub fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if event.body.is_none() {
        return Ok(());
    }
    let data = event.json();
    match event.kind.as_str() {
        HOURS_SET => set_hours(tx.conn, event, data.read()?),
        ABSENCE_SET => set_absence(tx.conn, event, data.read()?),
        ABSENCE_TAKEN_AWAY => {
            let Absence { absence, .. } = data.read()?;
            diesel::delete(absences::table.find((event.project, absence))).execute(tx.conn)?;
            Ok(())
        }
        HOLIDAY_SET => set_holiday(tx.conn, event, data.read()?),
        HOLIDAY_TAKEN_AWAY => {
            let Holiday { day, .. } = data.read()?;
            diesel::delete(holidays::table.find((event.project, day))).execute(tx.conn)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn set_hours(conn: &mut AnyConnection, event: &Event, set: HoursSet) -> Result<()> {
    let HoursSet { from_day, to, .. } = set;
    diesel::delete(working_hours::table.find((event.project, &event.stream_id, &from_day))).execute(conn)?;
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = to.0;
    let row = (
        working_hours::project.eq(event.project),
        working_hours::account_id.eq(&event.stream_id),
        working_hours::from_day.eq(from_day),
        working_hours::monday.eq(monday),
        working_hours::tuesday.eq(tuesday),
        working_hours::wednesday.eq(wednesday),
        working_hours::thursday.eq(thursday),
        working_hours::friday.eq(friday),
        working_hours::saturday.eq(saturday),
        working_hours::sunday.eq(sunday),
    );
    diesel::insert_into(working_hours::table).values(row).execute(conn)?;
    Ok(())
}

fn set_absence(conn: &mut AnyConnection, event: &Event, set: Absence) -> Result<()> {
    let row = (
        absences::project.eq(event.project),
        absences::absence_id.eq(set.absence),
        absences::account_id.eq(&event.stream_id),
        absences::first_day.eq(set.first_day),
        absences::last_day.eq(set.last_day),
    );
    diesel::insert_into(absences::table).values(row).execute(conn)?;
    Ok(())
}

fn set_holiday(conn: &mut AnyConnection, event: &Event, set: Holiday) -> Result<()> {
    diesel::delete(holidays::table.find((event.project, &set.day))).execute(conn)?;
    let row =
        (holidays::project.eq(event.project), holidays::on_day.eq(set.day), holidays::name.eq(set.name));
    diesel::insert_into(holidays::table).values(row).execute(conn)?;
    Ok(())
}
