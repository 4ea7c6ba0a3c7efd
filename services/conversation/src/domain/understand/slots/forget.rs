//! Constraints that the shopper takes back: "any colour", "forget the budget".

use super::SlotReader;
use crate::domain::understanding::SearchPatch;

impl SlotReader<'_> {
    pub(super) fn forget(&mut self, patch: &mut SearchPatch) {
        let mut from = 0;
        while from < self.line.len() {
            let Some(end) = self.line.starts_at("forget_slot", from) else {
                from += 1;
                continue;
            };
            // "any colour but white" shuns a colour and forgets nothing.
            let excepts = matches!(self.line.stem(end), "but" | "except" | "other" | "besides" | "bar");
            let slot = (from..end).rev().find_map(|at| slot_name(self.line.stem(at)));
            if let (false, Some(slot)) = (excepts, slot) {
                if !patch.remove.iter().any(|name| name == slot) {
                    patch.remove.push(slot.to_owned());
                }
                self.take(from, end);
            }
            from = end.max(from + 1);
        }
    }
}

fn slot_name(word: &str) -> Option<&'static str> {
    Some(match word {
        "colour" | "color" => "colour",
        "price" | "budget" | "money" | "cost" | "much" => "price",
        "material" => "material",
        "size" => "size",
        "brand" => "brand",
        "room" => "room",
        "style" => "style",
        "category" => "category",
        _ => return None,
    })
}
