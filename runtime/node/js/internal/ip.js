// Addresses: https://nodejs.org/api/net.html#netisipinput
const isIP = (input) => native.isIP(`${input}`);

module.exports = { isIP, isIPv4: (input) => isIP(input) === 4, isIPv6: (input) => isIP(input) === 6 };
