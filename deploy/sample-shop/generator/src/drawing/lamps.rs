//! Floor and table lamps.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A lamp, switched on.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lamp {
    build: Build,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Build {
    Arc,
    Tripod,
    Tower,
    Table,
    Mushroom,
}

impl Lamp {
    pub(crate) fn draw(&self, s: &mut Scene) {
        match self.build {
            Build::Arc => draw_arc(s),
            Build::Tripod => draw_tripod(s),
            Build::Tower => draw_tower(s),
            Build::Table => draw_table_lamp(s),
            Build::Mushroom => draw_mushroom(s),
        }
    }
}

/// Light on the wall; painted before the lamp.
fn glow(s: &mut Scene, cx: f64, cy: f64, r: f64) {
    s.canvas.circle(cx, cy, r * 1.5, Tone::from_hex("#f6f0e0"));
    s.canvas.circle(cx, cy, r, Tone::from_hex("#fbf4de"));
}

/// A drum or cone of linen.
fn shade(s: &mut Scene, cx: f64, top: f64, half_top: f64, half_foot: f64, h: f64) {
    let d = outline!("M{} {}H{}L{} {}H{}z", cx - half_top, top, cx + half_top, cx + half_foot, top + h, cx - half_foot);
    s.canvas.path(&d, Tone::LINEN);
    let side = outline!(
        "M{} {}H{}L{} {}H{}z",
        cx + half_top * 0.4,
        top,
        cx + half_top,
        cx + half_foot,
        top + h,
        cx + half_foot * 0.4
    );
    s.canvas.path(&side, Tone::LINEN.darker(0.07));
}

fn draw_arc(s: &mut Scene) {
    let main = s.main;
    glow(s, s.x(0.86), s.y(0.72), 48.0);
    s.canvas.ellipse([s.x(0.2), s.floor - 6.0, 34.0, 8.0], main.darker(0.12));
    let d = outline!(
        "M{} {}V{}C{} {} {} {} {} {}V{}",
        s.x(0.2),
        s.floor - 8.0,
        s.y(0.62),
        s.x(0.2),
        s.top - 30.0,
        s.x(0.86),
        s.top - 20.0,
        s.x(0.86),
        s.y(0.82),
        s.y(0.78)
    );
    s.canvas.stroke(&d, main, 6.0);
    let (cx, top) = (s.x(0.86), s.y(0.8));
    let dome = outline!("M{} {}a42 40 0 0 1 84 0z", cx - 42.0, top + 38.0);
    s.canvas.path(&dome, main);
    s.canvas.ellipse([cx, top + 38.0, 42.0, 6.0], Tone::from_hex("#ffe9b0"));
}

fn draw_tripod(s: &mut Scene) {
    let main = s.main;
    let hub = s.top + 92.0;
    glow(s, 200.0, s.top + 50.0, 64.0);
    s.canvas.line((200.0, hub), (200.0, s.floor - 14.0), main.darker(0.2), 7.0);
    for foot in [0.0, 1.0] {
        s.canvas.line((200.0, hub), (s.x(foot), s.floor - 4.0), main, 8.0);
    }
    s.canvas.line((s.x(0.22), s.y(0.3)), (s.x(0.78), s.y(0.3)), Tone::BRASS, 3.0);
    s.canvas.rect([196.0, hub - 22.0, 8.0, 26.0], 2.0, Tone::BRASS);
    let half = s.width() * 0.52;
    shade(s, 200.0, s.top, half * 0.86, half, 76.0);
}

fn draw_tower(s: &mut Scene) {
    let (main, x, w) = (s.main, s.x(0.02), s.width() * 0.96);
    s.canvas.rect([x + 5.0, s.top + 4.0, w - 10.0, s.height() * 0.32], 2.0, Tone::from_hex("#fff1cf"));
    for post in [x, x + w - 6.0] {
        s.canvas.rect([post, s.top, 6.0, s.floor - s.top], 1.0, main);
    }
    for share in [0.02, 0.23, 0.44, 0.66] {
        s.canvas.rect([x, s.y(share) - 6.0, w, 7.0], 1.0, main.lighter(0.06));
    }
    s.canvas.rect([x, s.top, w, 5.0], 1.0, main);
    let y = s.y(0.23) - 6.0;
    for (place, (hex, height)) in [("#b5664f", 26.0), ("#52707f", 30.0)].into_iter().enumerate() {
        s.canvas.rect([x + 10.0 + 8.0 * place as f64, y - height, 7.0, height], 1.0, Tone::from_hex(hex));
    }
}

fn draw_table_lamp(s: &mut Scene) {
    let (main, base) = (s.main, s.y(0.5));
    glow(s, 200.0, s.top + 70.0, 92.0);
    let d = outline!(
        "M190 {}Q{} {} {} {}Q{} {} 176 {}H224Q{} {} {} {}Q{} {} 210 {}z",
        base,
        s.x(0.2),
        base + 14.0,
        s.x(0.2),
        s.y(0.24),
        s.x(0.2),
        s.floor - 10.0,
        s.floor - 3.0,
        s.x(0.8),
        s.floor - 10.0,
        s.x(0.8),
        s.y(0.24),
        s.x(0.8),
        base + 14.0,
        base
    );
    s.canvas.path(&d, main);
    s.canvas.stroke(&outline!("M{} {}q4 -26 18 -34", s.x(0.28), s.y(0.22)), main.lighter(0.5), 5.0);
    let half = s.width() * 0.5;
    shade(s, 200.0, s.top, half * 0.62, half, base - s.top);
}

fn draw_mushroom(s: &mut Scene) {
    let (main, cap) = (s.main, s.y(0.62));
    glow(s, 200.0, cap, 78.0);
    s.canvas.rect([192.0, cap, 16.0, s.floor - cap - 10.0], 3.0, main.darker(0.06));
    s.canvas.rect([s.x(0.22), s.floor - 14.0, s.width() * 0.56, 14.0], 6.0, main);
    let d = outline!(
        "M{} {}C{} {} {} {} {} {}z",
        s.left,
        cap,
        s.x(0.04),
        s.top - 26.0,
        s.x(0.96),
        s.top - 26.0,
        s.right,
        cap
    );
    s.canvas.path(&d, main.lighter(0.06));
    s.canvas.ellipse([200.0, cap, s.width() / 2.0, 8.0], Tone::from_hex("#ffe9b0"));
}
