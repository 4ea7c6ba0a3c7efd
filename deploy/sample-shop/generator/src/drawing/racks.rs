//! Open shelving, shoe racks, wall shelves and clothes racks.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
    stools::draw_shoes,
};

/// Boards between posts.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rack {
    tiers: u32,
    /// Leans against the wall; boards get longer towards the floor.
    #[serde(default)]
    ladder: bool,
    #[serde(default)]
    shoes: bool,
}

impl Rack {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let posts = if self.ladder { s.trim } else { s.main.darker(0.16) };
        let lean = if self.ladder { 0.14 } else { 0.0 };
        for (top, foot) in [(0.03 + lean, 0.03), (0.97 - lean, 0.97)] {
            s.canvas.line((s.x(top), s.top + 3.0), (s.x(foot), s.floor - 3.0), posts, 7.0);
        }
        for tier in 0..self.tiers {
            let share = 0.07 + 0.86 * f64::from(tier) / f64::from(self.tiers);
            let inset = lean * share;
            let y = s.y(share);
            s.panel([s.x(inset), y - 4.0, s.width() * (1.0 - 2.0 * inset), 8.0], 2.0, s.main);
            self.draw_things(s, tier, y - 4.0);
        }
    }

    fn draw_things(&self, s: &mut Scene, tier: u32, y: f64) {
        if self.shoes {
            draw_shoes(s, 0.12, y);
            draw_shoes(s, if tier.is_multiple_of(2) { 0.56 } else { 0.44 }, y);
            return;
        }
        match tier % 3 {
            0 => s.canvas.rect([s.x(0.3), y - 32.0, s.width() * 0.42, 32.0], 5.0, Tone::LINEN.darker(0.14)),
            1 => draw_plant(s, s.x(0.3), y),
            _ => {
                for (place, (hex, height)) in
                    [("#b5664f", 32.0), ("#dcc89a", 27.0), ("#52707f", 34.0)].into_iter().enumerate()
                {
                    let x = s.x(0.45) + 9.0 * place as f64;
                    s.canvas.rect([x, y - height, 8.0, height], 1.0, Tone::from_hex(hex));
                }
            }
        }
    }
}

/// A small pot plant standing on a board.
fn draw_plant(s: &mut Scene, x: f64, floor: f64) {
    for (dx, dy) in [(-11.0, -30.0), (0.0, -40.0), (11.0, -30.0)] {
        let d = outline!(
            "M{} {}Q{} {} {} {}Q{} {} {} {}z",
            x,
            floor - 14.0,
            x + dx - 6.0,
            floor + dy + 12.0,
            x + dx,
            floor + dy,
            x + dx + 6.0,
            floor + dy + 12.0,
            x,
            floor - 14.0
        );
        s.canvas.path(&d, Tone::LEAF);
    }
    s.canvas.path(&outline!("M{} {}h20l-3 16h-14z", x - 10.0, floor - 16.0), Tone::from_hex("#c98a63"));
}

/// Three boards on a wall.
pub(crate) fn draw_wall_shelves(s: &mut Scene) {
    for (tier, (left, width)) in [(0.05, 0.5), (0.2, 0.62), (0.0, 0.9)].into_iter().enumerate() {
        let y = s.top + s.height() * (0.26 + 0.32 * tier as f64);
        s.canvas.rect([s.x(left) + 4.0, y + 13.0, s.width() * width - 8.0, 5.0], 2.0, Tone::INK.lighter(0.72));
        s.panel([s.x(left), y, s.width() * width, 14.0], 2.0, s.main);
        s.canvas.rect([s.x(left), y, s.width() * width, 4.0], 2.0, s.main.lighter(0.16));
        if tier == 1 {
            s.canvas.rect([s.x(0.56), y - 40.0, 32.0, 40.0], 2.0, Tone::INK.lighter(0.2));
            s.canvas.rect([s.x(0.56) + 4.0, y - 36.0, 24.0, 32.0], 1.0, Tone::PAPER);
        } else {
            draw_plant(s, s.x(0.2), y);
        }
    }
}

/// A rail for clothes, or a coat stand.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClothesRack {
    #[serde(default)]
    shelf: bool,
    /// One post with hooks.
    #[serde(default)]
    stand: bool,
}

impl ClothesRack {
    pub(crate) fn draw(&self, s: &mut Scene) {
        if self.stand {
            draw_coat_stand(s);
            return;
        }
        let (main, top) = (s.main, s.top + 6.0);
        for share in [0.06, 0.94] {
            s.canvas.line((s.x(share), top), (s.x(share), s.floor - 16.0), main, 6.0);
            let x = s.x(share);
            s.castor(x, 7.0);
        }
        s.canvas.line((s.x(0.0), top), (s.x(1.0), top), main, 7.0);
        for (share, hex, length) in
            [(0.24, "#d8c3a5", 96.0), (0.4, "#5f7a8a", 112.0), (0.56, "#b5664f", 84.0), (0.72, "#8c9a78", 104.0)]
        {
            draw_garment(s, s.x(share), top, length, Tone::from_hex(hex));
        }
        if self.shelf {
            let y = s.floor - 34.0;
            s.canvas.rect([s.x(0.05), y, s.width() * 0.9, 7.0], 2.0, main.lighter(0.1));
            draw_shoes(s, 0.2, y);
            draw_shoes(s, 0.56, y);
        }
    }
}

fn draw_garment(s: &mut Scene, x: f64, rail: f64, length: f64, tone: Tone) {
    s.canvas.stroke(&outline!("M{} {}v10", x, rail), Tone::METAL.darker(0.2), 2.0);
    let d = outline!("M{} {}l-20 13l3 {}h34l3 -{}z", x, rail + 9.0, length, length);
    s.canvas.path(&d, tone);
    s.canvas.line((x, rail + 16.0), (x, rail + length + 14.0), tone.darker(0.14), 1.4);
}

fn draw_coat_stand(s: &mut Scene) {
    let main = s.main;
    for foot in [0.06, 0.94] {
        s.canvas.line((200.0, s.y(0.2)), (s.x(foot), s.floor - 4.0), main.darker(0.1), 9.0);
    }
    s.canvas.line((200.0, s.top + 5.0), (200.0, s.floor - 8.0), main, 10.0);
    for (share, spread) in [(0.9, 0.36), (0.74, 0.3), (0.56, 0.26)] {
        for side in [-1.0, 1.0] {
            let tip = 200.0 + side * s.width() * spread;
            s.canvas.line((200.0, s.y(share - 0.05)), (tip, s.y(share + 0.02)), main.darker(0.06), 7.0);
        }
    }
    let hook = (s.x(0.86), s.y(0.9));
    let coat = Tone::from_hex("#5f7a8a");
    s.canvas.path(&outline!("M{} {}l-17 14l4 92h30l4 -92z", hook.0, hook.1), coat);
    s.canvas.line((hook.0, hook.1 + 12.0), (hook.0, hook.1 + 100.0), coat.darker(0.2), 1.5);
}
