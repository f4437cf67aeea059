//! Lists of orders as programs for maintenance write them out.

use super::*;
use crate::Shape;

fn titles(text: &str) -> Vec<String> {
    orders(text).into_iter().map(|made| made.order.title).collect()
}

fn field<'a>(order: &'a Order, name: &str) -> &'a str {
    order.fields.iter().find(|it| it.name == name).map_or("", |it| it.value.as_str())
}

fn meaning(text: &str, column: &str) -> Meaning {
    sheet(text).columns().find(|(name, _)| *name == column).unwrap().1
}

#[test]
fn a_list_without_titles_is_a_list_where_its_columns_name_orders() {
    for (header, shape) in [
        ("work_order_id,asset_id,asset_name,priority,status,due_date,work_type", Shape::Orders),
        ("wo_id,asset_name,type,priority,status,opened_at,due_date,short_text", Shape::Orders),
        ("Work Order ID,Issue,Action,Priority,Status,Due Date,Asset ID", Shape::Orders),
        ("Ticket ID,Problem,Priority,Assigned to", Shape::Orders),
        ("Issue,Priority,Status,Asset", Shape::Orders),
        ("ID,Priority,Status,Due date", Shape::Orders),
        ("ID,Description,Asset,Priority,Status,Due date", Shape::Orders),
        ("Auftragsnummer;Störung;Anlage;Priorität", Shape::Orders),
        ("N° OT;Équipement;Priorité;Statut;Échéance", Shape::Orders),
        ("OT;Falla;Equipo;Prioridad;Estado", Shape::Orders),
        ("工单编号,故障,设备,优先级,状态", Shape::Orders),
        ("İş Emri No;Arıza;Ekipman;Öncelik;Durum", Shape::Orders),
        ("Item,Status,Issue,Due date", Shape::Checklist),
        ("Task ID,Task description,Priority,Status", Shape::Checklist),
        ("ID,Name,Status,Created,Serial number", Shape::Checklist),
        ("Nombre;Estado;Activo;Fecha", Shape::Checklist),
        ("Issue,Action,Owner,Due date,Status", Shape::Checklist),
    ] {
        let rows = if header.contains(';') { "1;b;c;d\n2;b;c;d\n" } else { "1,b,c,d\n2,b,c,d\n" };
        assert_eq!(sheet(&format!("{header}\n{rows}")).shape(), shape, "{header}");
    }
}

#[test]
fn a_number_of_an_order_that_stands_in_many_rows_is_no_list_of_orders() {
    let tasks = "Work order,Task,Status,Due date\n7,Drain,Open,2026-01-02\n7,Fill,Open,2026-01-02\n";
    assert_eq!(sheet(tasks).shape(), Shape::Checklist);
    assert_eq!(titles(&tasks.replace("\n7,Fill", "\n8,Fill")), ["Drain", "Fill"]);
    let referring = "Task,Ticket,Status,Owner\nDrain,K-7,Open,Kim\nFill,K-8,Open,Kim\n";
    assert_eq!(sheet(referring).shape(), Shape::Checklist, "a task may name the ticket it belongs to");
}

#[test]
fn a_column_of_faults_that_is_mostly_empty_makes_no_orders_of_places() {
    let round =
        "Place,Status,Problem,Date\nHall,ok,,2026-01-02\nRoof,ok,leaks,2026-01-02\nYard,ok,,2026-01-02\n";
    assert_eq!(sheet(round).shape(), Shape::Checklist);
}

#[test]
fn faults_and_short_texts_are_titles() {
    for name in
        ["Issue", "short_text", "Summary", "Problem", "Fault", "Kurztext", "Störung", "Avería", "Panne"]
    {
        let text = format!("WO ID,{name},Action,Priority,Status\n7289f716,Wheel wobbles,,High,Open\n");
        assert_eq!(titles(&text), ["Wheel wobbles"], "{name}");
    }
    let both = "WO ID,Title,Problem,Status,Priority\n1,Swap the seal,It leaks,Open,Low\n";
    assert_eq!(titles(both), ["Swap the seal"]);
    assert_eq!(meaning(both, "Problem"), Meaning::Description);
}

#[test]
fn a_title_is_made_of_what_words_there_are_and_that_is_said_once() {
    let text = "work_order_id,asset_id,asset_name,priority,status,due_date,work_type,failure_code\n\
        WO-10001,AST-2,Cooling fan,High,In Progress,2026-06-12,Calibration,LOW_PRESSURE\n\
        WO-10002,AST-3,Boiler pump,Low,Open,2026-05-10,,None\nWO-10003,,,Low,Open,2026-05-10,,\n";
    assert_eq!(titles(text), ["Calibration: Cooling fan (LOW_PRESSURE)", "Boiler pump", "WO-10003"]);
    let made = orders(text);
    let said: Vec<_> = made.iter().flat_map(|it| &it.not_taken).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].0 == 1 && said[0].1.contains("no column has titles"), "{said:?}");
    assert_eq!(field(&made[0].order, "Reference"), "WO-10001");
    assert_eq!(made[0].order.asset.as_ref().map(|it| it.name.as_str()), Some("Cooling fan"));
}

#[test]
fn numbers_are_not_the_words_of_items_where_words_stand_elsewhere() {
    let measured = "Reading;Place;Done\n0.9528993950697;Hall;\n6.3692350871886;Roof of the hall;\n";
    assert_eq!(items(&checklist(measured))[1].1, "Roof of the hall");
    let counted = "Item,Description,Done\n1,Lamp works,x\n2,Door is shut,\n";
    let order = checklist(counted);
    let texts: Vec<String> = items(&order).into_iter().map(|(_, text, _)| text).collect();
    assert_eq!(texts, ["Lamp works", "Door is shut"]);
    assert!(order.document.iter().all(|it| it.kind != Kind::Point), "a count is no note");
    let steps = "Step,Action,Expected\n1,Log in,\n2,Log out,\n";
    assert_eq!(meaning(steps, "Step"), Meaning::Nothing);
    let parts = "Step,Action,Expected\n1,Log in,\n1,Look,\n2,Log out,\n";
    assert_eq!(checklist(parts).steps.len(), 2);
    assert_eq!(items(&checklist("Reading,Done\n0.95,\n0.36,\n")).len(), 2, "nothing better");
    assert_eq!(
        titles("ID,Title,Description,Status,Priority\n1,77,Swap the seal,Open,Low\n"),
        ["Swap the seal"]
    );
}

#[test]
fn what_names_a_row_is_kept_and_what_counts_it_is_not() {
    let named = checklist("Id;Task;Done\nAT01;Torque tester;\nAT02;Crimp gauge;\n");
    assert!(named.document.iter().any(|it| it.text == "Id: AT01"));
    let counted = "Id;Task;Done\n1;Torque tester;\n2;Crimp gauge;\n";
    for text in [counted.to_owned(), format!("{counted}Signed by;;\n")] {
        assert!(checklist(&text).document.iter().all(|it| it.kind != Kind::Point), "{text}");
    }
}

#[test]
fn a_cell_that_says_there_is_no_day_is_no_fault() {
    for none in ["N/A", "-", "none", "Aucune"] {
        let made = orders(&format!("ID,Title,Priority,Status,Due date\n1,a,{none},Open,{none}\n")).remove(0);
        assert!(made.not_taken.is_empty() && made.order.due.is_none(), "{none}: {:?}", made.not_taken);
    }
}

#[test]
fn columns_of_large_programs_are_known() {
    let sap = "Order;Description;Functional location;Priority;System status;Basic finish date;Order Type\n\
        4000123;Pump leaks;P-100;1-Very high;REL PRC;31.12.2025;PM01\n";
    let made = orders(sap).remove(0).order;
    assert_eq!(
        (made.status, made.priority, made.title.as_str()),
        (Status::Approved, Priority::Emergency, "Pump leaks")
    );
    assert_eq!(made.due.map(|it| it.raw).as_deref(), Some("2025-12-31"));
    let maximo = "WONUM,DESCRIPTION,STATUS,WOPRIORITY,ASSETNUM,WORKTYPE,TARGCOMPDATE\n1001,Replace seal,WAPPR,2,P-1,CM,12/31/25 17:00\n";
    let made = orders(maximo).remove(0).order;
    assert_eq!(
        (made.status, made.priority, made.order_type.as_str()),
        (Status::Submitted, Priority::High, "CM")
    );
    assert_eq!(made.due.map(|it| it.raw).as_deref(), Some("2025-12-31 17:00"));
}

#[test]
fn a_row_of_a_checklist_that_only_names_a_fault_is_its_item() {
    let order =
        checklist("Issue,Action,Owner,Status\nBelt slips,Tighten it,Kim,Open\nBearing hot,,Lee,Open\n");
    let texts: Vec<String> = items(&order).into_iter().map(|(_, text, _)| text).collect();
    assert_eq!(texts, ["Tighten it", "Bearing hot"]);
    let below: Vec<&str> =
        order.document.iter().filter(|it| it.kind == Kind::Point).map(|it| it.text.as_str()).collect();
    assert_eq!(
        below,
        ["Assignee: Kim", "Issue: Belt slips", "Assignee: Lee"].map(|it| it.replace("Assignee", "Owner"))
    );
}
