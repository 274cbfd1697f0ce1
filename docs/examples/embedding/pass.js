const { createHmac } = require("node:crypto");

const ends = (Math.floor(Date.now() / 86400e3) + 2) * 86400;
const told = `${shop}~${order}~account~${ends}`;
const pass = `${told}~${createHmac("sha256", key).update(told).digest("hex")}`;
