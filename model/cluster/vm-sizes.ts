/** A size of virtual machines, as far as AKS asks about it. */
export interface VmSize {
  readonly name: string;
  readonly cores: number;
  /** Its cores are lent, and throttled when they have worked for a while. */
  readonly burstable: boolean;
}

const powers = [2, 4, 8, 16, 32];

/** Series of Azure's general, memory and compute families → cores that a machine of it may have. */
const series: Readonly<Record<string, readonly number[]>> = {
  ...repeated(["D#s_v3", "D#_v3", "E#s_v3", "E#_v3", "D#a_v4", "D#as_v4", "E#as_v4"], [...powers, 48, 64]),
  ...repeated(["D#_v4", "D#s_v4", "D#d_v4", "D#ds_v4", "E#s_v4", "E#ds_v4"], [...powers, 48, 64]),
  ...repeated(["D#_v5", "D#s_v5", "D#d_v5", "D#ds_v5", "D#as_v5", "D#ads_v5"], [...powers, 48, 64, 96]),
  ...repeated(["D#ps_v5", "D#pds_v5", "D#pls_v5", "D#plds_v5"], [...powers, 48, 64]),
  ...repeated(["D#ls_v5", "D#lds_v5", "E#_v5", "E#s_v5", "E#ds_v5", "E#as_v5"], [...powers, 48, 64, 96]),
  ...repeated(["D#s_v6", "D#ds_v6", "D#as_v6", "D#ads_v6", "E#s_v6", "E#as_v6"], [...powers, 48, 64, 96]),
  "F#s_v2": [...powers, 48, 64, 72],
  ...repeated(["B#s_v2", "B#as_v2", "B#ps_v2"], powers),
};

/** The first burstable machines follow no rule. */
const burstable: Readonly<Record<string, number>> = {
  Standard_B1s: 1,
  Standard_B1ms: 1,
  Standard_B2s: 2,
  Standard_B2ms: 2,
  Standard_B4ms: 4,
  Standard_B8ms: 8,
  Standard_B12ms: 12,
  Standard_B16ms: 16,
  Standard_B20ms: 20,
};

/** The sizes that this library knows; Azure has more, for purposes that no system pool has. */
export const vmSizes: readonly VmSize[] = [
  ...Object.entries(series).flatMap(([pattern, all]) =>
    all.map((cores) => ({
      name: `Standard_${pattern.replace("#", String(cores))}`,
      cores,
      burstable: pattern.startsWith("B"),
    })),
  ),
  ...Object.entries(burstable).map(([name, cores]) => ({ name, cores, burstable: true })),
];

const byName = new Map(vmSizes.map((size) => [size.name, size]));

export function vmSizeNamed(name: string): VmSize | undefined {
  return byName.get(name);
}

function repeated(patterns: readonly string[], cores: readonly number[]): Record<string, readonly number[]> {
  return Object.fromEntries(patterns.map((pattern) => [pattern, cores]));
}
