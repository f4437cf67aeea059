//! Lists of assets, parts and meters, which name nothing to do.

use super::*;

fn found(text: &str) -> String {
    let made = orders(text);
    assert_eq!(made.len(), 1, "{text}");
    let said = made[0].not_taken.iter().map(|(line, words)| format!("{line}: {words}"));
    said.collect::<Vec<_>>().join(
        "
",
    )
}

#[test]
fn a_list_of_things_says_that_it_is_one() {
    for (text, kind) in [
        ("ID,Name,Description,Status,Barcode,Serial Number\n,Router,Core,Operational,R-1,77\n", "assets"),
        (
            "Name,Asset Tag,Category,Model,Purchase Date,Purchase Cost\nBackhoe,I-2,Rails,M1,1/23/23,22\n",
            "assets",
        ),
        ("ID,Nom,Statut,Code-barres,Numéro de série\n,Ventilation,,01,64\n", "assets"),
        ("ID,Adı,Tanım,Barkod,Seri Numarası\n,Fan,x,01,64\n", "assets"),
        ("Bezeichnung;Hersteller;Seriennummer;Kaufdatum\nPumpe;KSB;1;2020\n", "assets"),
        ("名称,型号,序列号,制造商\n泵,A,1,B\n", "assets"),
        ("Name,Part number,Quantity,Unit price,Supplier\nSeal,7,3,4,Acme\n", "parts"),
        ("Nombre;Cantidad;Cantidad mínima;Proveedor\nJunta;3;1;X\n", "parts"),
        ("ID,Name,Unit,Update Frequency,Asset Name\n,Temperature,C,1,Generator\n", "meters"),
        ("ID,Nom,Unité,Fréquence de mise à jour,Nom de l'équipement\n,Température,C,1,Groupe\n", "meters"),
        ("ID,Nom,Unit\u{fffd},Fr\u{fffd}quence de mise \u{fffd} jour\n,Pression,bar,1\n", "meters"),
        ("ID,Adi,Birim,Güncelleme sıklığı,Varlik Adi\n,Sicaklik,C,1,Jen\n", "meters"),
    ] {
        let said = found(text);
        let wanted = format!("1: this looks like a list of {kind}; each row becomes an item to check");
        assert!(said.contains(&wanted), "{text}: {said}");
    }
}

#[test]
fn what_names_something_to_do_is_no_list_of_things() {
    for text in [
        "Task,Model,Serial number,Done\nOil it,M,7,\n",
        "Asset,Serial number,Model,Check,Result\nPump,7,M,Seal is dry,\n",
        "Item,Quantity,Done\nPlates,7,\n",
        "Name,Unit,Min,Max\nPressure,bar,4,6\n",
    ] {
        assert!(!found(text).contains("looks like"), "{text}");
    }
    let list = "Title,Status,Priority,Serial number,Model\nSwap the seal,Open,Low,7,M\n";
    assert!(orders(list)[0].not_taken.is_empty());
}

#[test]
fn the_name_of_a_thing_is_its_item() {
    let order = checklist(
        "ID,Nom,Description,Code-barres,Numéro de série\n,Ventilateur,une longue description du ventilateur,1,2\n",
    );
    assert_eq!(items(&order)[0].1, "Ventilateur");
}
