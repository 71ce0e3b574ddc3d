// viem: ABI, units, accounts
// GET /
import { keccak256, toHex, parseEther, formatUnits, encodeFunctionData, decodeFunctionResult, parseAbi, getAddress, hashTypedData, encodeAbiParameters, parseAbiParameters, decodeEventLog, createPublicClient, custom, toBytes, encodePacked, namehash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { mainnet } from "viem/chains";
import { calls } from "./lib/calls.js";
const abi = parseAbi(["function f(uint256 a, string b) returns (bool)", "event E(address indexed x, uint256 y)"]);
export default calls({
  hashes: () => [keccak256(toHex("x")), namehash("a.eth"), encodePacked(["string", "uint8"], ["a", 1])],
  units: () => [parseEther("1.5"), formatUnits(123456n, 4), toBytes("0x1234")],
  encode: () => [encodeFunctionData({ abi, args: [5n, "x"] }), decodeFunctionResult({ abi, functionName: "f", data: "0x" + "00".repeat(31) + "01" }), encodeAbiParameters(parseAbiParameters("uint8[], bytes"), [[1, 2], "0x12"])],
  address: () => getAddress("0x8ba1f109551bd432803012645ac136ddd64dba72"),
  account: async () => { const a = privateKeyToAccount("0x" + "01".repeat(32)); return [a.address, await a.signMessage({ message: "hi" })]; },
  typed: () => hashTypedData({ domain: { name: "D" }, types: { M: [{ name: "t", type: "string" }] }, primaryType: "M", message: { t: "x" } }),
  client: async () => { const c = createPublicClient({ chain: mainnet, transport: custom({ request: async ({ method }) => (method === "eth_blockNumber" ? "0x10" : "0x1") }) }); return [await c.getBlockNumber(), await c.getChainId()]; },
  bad: () => getAddress("0x1"),
  worse: () => encodeFunctionData({ abi, functionName: "g" }),
  event: () => decodeEventLog({ abi, data: "0x", topics: ["0x" + "00".repeat(32)] }),
});
